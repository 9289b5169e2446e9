using System.Text.Json;
using System.Text.Json.Serialization;
using Scim.Directory;
using ScimProvisioning.Projection;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Users;

/// <summary>A person as the application sees him.</summary>
[JsonConverter(typeof(PersonViewConverter))]
sealed record PersonView(Person Person, PersonFrame Frame)
{
    public static PersonView Of(ShownPerson shown, Catalogue catalogue) =>
        new(
            shown.Editable(releases: false),
            new(shown.OrganizationId, shown.ConnectionId, shown.Provider, PersonFrames.IconUrl(shown.Provider), shown.Groups, catalogue)
        );
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
