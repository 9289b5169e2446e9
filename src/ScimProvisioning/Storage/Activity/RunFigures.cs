using System.Text.Json;
using System.Text.Json.Serialization;

namespace ScimProvisioning.Storage.Activity;

/// <summary>What an identity provider seems to have done in a run. It does not say so itself: this is inferred from its requests.</summary>
enum RunKind
{
    /// <summary>Nothing that fits the others.</summary>
    Other,

    /// <summary>Test Connection.</summary>
    Test,

    /// <summary>Provision on demand.</summary>
    OnDemand,

    /// <summary>Most users that are known were looked up or written.</summary>
    Full,
    Incremental,

    /// <summary>Everything was read, page by page, and nothing written: Entra's Account Discovery.</summary>
    Discovery,
}

/// <summary>What became of users, or of groups: each one counts once.</summary>
/// <param name="Created">New.</param>
/// <param name="Updated">Changed, and neither new nor gone.</param>
/// <param name="Deactivated">Not active any more, or deleted.</param>
/// <param name="Reactivated">Active again.</param>
/// <param name="Unchanged">Looked up or written without effect.</param>
/// <param name="Failed">Of which a request was refused or failed, apart from those that were only put off (429, 503).</param>
sealed record ObjectCounts(long Created, long Updated, long Deactivated, long Reactivated, long Unchanged, long Failed);

/// <summary>The same as the application sees it, after mapping and scope.</summary>
/// <param name="Created">New.</param>
/// <param name="Updated">Changed in something that the application sees.</param>
/// <param name="Deactivated">Inactive or deleted now.</param>
/// <param name="Reactivated">Active again.</param>
/// <param name="Unchanged">Looked up or written, and nothing was to be told.</param>
sealed record SeenCounts(long Created, long Updated, long Deactivated, long Reactivated, long Unchanged);

/// <summary>Memberships of groups that came and went.</summary>
/// <param name="Added">Those that came.</param>
/// <param name="Removed">Those that went.</param>
sealed record MembershipCounts(long Added, long Removed);

/// <summary>How many users and groups a run has asked for or written, each once.</summary>
sealed record TouchedCounts(long Users, long Groups);

/// <summary>What a run has done.</summary>
/// <param name="Kind">What it seems to be.</param>
/// <param name="Requests">SCIM requests, each operation of a bulk request as one.</param>
/// <param name="Users">Users, as they were received.</param>
/// <param name="Groups">Groups, as they were received.</param>
/// <param name="Memberships">Memberships.</param>
/// <param name="SeenUsers">Users as the application sees them.</param>
/// <param name="Touched">Only stored; <c>null</c>: an older server has counted the run.</param>
sealed record RunFigures(
    RunKind Kind,
    long Requests,
    ObjectCounts Users,
    ObjectCounts Groups,
    MembershipCounts Memberships,
    SeenCounts SeenUsers,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TouchedCounts? Touched = null
)
{
    /// <summary>As it is stored and told.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };
}
