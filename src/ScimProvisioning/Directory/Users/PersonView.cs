using System.Text.Json;
using System.Text.Json.Serialization;
using Scim.Directory;
using ScimProvisioning.Projection;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Users;

/// <summary>A person as the application sees him.</summary>
[JsonConverter(typeof(PersonViewConverter))]
sealed record PersonView(Person Person, PersonFrame Frame)
{
    public static PersonView Of(ShownPerson shown, Catalogue catalogue) =>
        new(
            Editable(shown, releases: false),
            new(shown.OrganizationId, shown.ConnectionId, shown.Provider, PersonFrames.IconUrl(shown.Provider), shown.Groups, catalogue)
        );

    /// <summary>The person with his locks; without any once the connection is disconnected.</summary>
    /// <param name="releases">
    /// What was received before is still being released, and would overwrite what is written now: the locks stay until it is done.
    /// </param>
    public static Person Editable(ShownPerson shown, bool releases) =>
        !releases && shown.State is ConnectionState.Disconnected or ConnectionState.Deleted
            ? shown.Person with
            {
                Managed = [],
            }
            : shown.Person;
}

/// <summary>Writes the JSON of a person without a tree in between.</summary>
sealed class PersonViewConverter : JsonConverter<PersonView>
{
    /// <inheritdoc/>
    public override PersonView Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("People are written only.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, PersonView value, JsonSerializerOptions options) =>
        PersonJson.Write(writer, value.Person, value.Frame);
}
