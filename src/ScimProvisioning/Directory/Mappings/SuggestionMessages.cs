using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Mvc;
using ScimProvisioning.Directory.Attributes;

namespace ScimProvisioning.Directory.Mappings;

/// <summary>How samples are shown.</summary>
sealed record SuggestionQuery
{
    /// <summary>Whether letters and digits of the samples are hidden but for the first.</summary>
    [FromQuery(Name = "masked")]
    public bool? Masked { get; init; }
}

/// <summary>What was received at one path.</summary>
/// <param name="Path">The SCIM path, as a mapping takes it.</param>
/// <param name="Users">Users of the sample that have a value there.</param>
/// <param name="Share">The same as a share of the sample: 0 to 1.</param>
/// <param name="Samples">The last five distinct values, the newest first.</param>
/// <param name="Attribute">The attribute of the catalogue that it may be; null: none.</param>
/// <param name="Type">The type of that attribute, or of the proposed one.</param>
/// <param name="Proposal">An attribute to add to the catalogue, when it has none that fits.</param>
sealed record SuggestionResponse(
    string Path,
    int Users,
    double Share,
    IReadOnlyList<JsonNode> Samples,
    string? Attribute,
    string? Type,
    AttributeBody? Proposal
);

/// <summary>What was received in a connection, to make a mapping from.</summary>
/// <param name="Users">How many users were looked at; at most the last 10,000.</param>
/// <param name="SampledAt">When. A sample is kept for ten minutes.</param>
/// <param name="Hint">What to do when there is nothing yet; else null.</param>
/// <param name="UsersWithoutObjectId">Those of them whose externalId is no GUID, as the object ids of Entra are.</param>
/// <param name="Paths">The paths, first those that most users have.</param>
sealed record SuggestionsResponse(
    int Users,
    DateTimeOffset SampledAt,
    string? Hint,
    int UsersWithoutObjectId,
    IReadOnlyList<SuggestionResponse> Paths
);
