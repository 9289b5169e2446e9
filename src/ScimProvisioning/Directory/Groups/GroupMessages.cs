using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using Scim.Directory;
using ScimProvisioning.Directory.Users;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Groups;

/// <summary>Which groups a list has. What is absent or empty excludes none.</summary>
sealed record GroupQuery
{
    /// <summary>The id of the connection that they come from; absent: all connections.</summary>
    [FromQuery(Name = "connectionId")]
    public Guid? ConnectionId { get; init; }

    /// <summary>The id of the organization that the connection belongs to.</summary>
    [FromQuery(Name = "organizationId")]
    public Guid? OrganizationId { get; init; }

    /// <summary>The name, in any letter case.</summary>
    [FromQuery(Name = "name")]
    public string? Name { get; init; }

    /// <summary>The externalId that the identity provider has sent.</summary>
    [FromQuery(Name = "externalId")]
    public string? ExternalId { get; init; }

    public GroupFilter Filter =>
        new(ConnectionId, OrganizationId, string.IsNullOrEmpty(Name) ? null : Name, string.IsNullOrEmpty(ExternalId) ? null : ExternalId);
}

/// <inheritdoc/>
sealed class GroupQueryValidator : AbstractValidator<GroupQuery>
{
    public GroupQueryValidator()
    {
        RuleFor(query => query.Name).IsSearchText();
        RuleFor(query => query.ExternalId).IsSearchText();
    }
}

/// <summary>A group as the application sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="ConnectionId">The connection that it comes from.</param>
/// <param name="OrganizationId">The organization of that connection.</param>
/// <param name="ExternalId">What the identity provider has sent as externalId.</param>
/// <param name="Name">What people call it.</param>
/// <param name="MemberCount">How many people of it the application sees.</param>
/// <param name="Hint">For a group without members: what that may come from.</param>
/// <param name="Version">Counts its changes.</param>
/// <param name="CreatedAt">When the application was told of it first.</param>
/// <param name="UpdatedAt">When it changed last.</param>
sealed record GroupResponse(
    Guid Id,
    Guid ConnectionId,
    Guid OrganizationId,
    string? ExternalId,
    string Name,
    long MemberCount,
    string? Hint,
    long Version,
    DateTime CreatedAt,
    DateTime UpdatedAt
)
{
    const string Empty =
        "No members: is it a nested or dynamic group? Identity providers send direct members only; groups within a group are not expanded.";

    public static GroupResponse Of(ShownGroup shown) =>
        new(
            shown.Group.Id,
            shown.ConnectionId,
            shown.OrganizationId,
            shown.Group.ExternalId,
            shown.Group.Name,
            shown.Group.MemberCount,
            shown.Group.MemberCount == 0 ? Empty : null,
            shown.Group.Version,
            shown.Group.CreatedAt.UtcDateTime,
            shown.Group.UpdatedAt.UtcDateTime
        );
}

/// <summary>A member of a group: a person, or a group that is within it.</summary>
[JsonConverter(typeof(GroupMemberConverter))]
sealed record GroupMember(Guid Id, PersonView? Person, NestedGroup? Group);

/// <summary>Writes a person as everywhere with <c>"type": "user"</c>, and a group with <c>"type": "group"</c>.</summary>
sealed class GroupMemberConverter : JsonConverter<GroupMember>
{
    /// <inheritdoc/>
    public override GroupMember Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Members are written only.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, GroupMember value, JsonSerializerOptions options)
    {
        JsonObject json;
        if (value.Person is { } view)
        {
            json = PersonJson.Of(view.Person, view.Frame);
            json.Insert(0, "type", "user");
        }
        else
        {
            var group = value.Group!;
            json = new()
            {
                ["type"] = "group",
                ["id"] = group.Id,
                ["name"] = group.Name,
                ["externalId"] = group.ExternalId,
            };
        }
        json.WriteTo(writer);
    }
}
