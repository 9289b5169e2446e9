using System.Globalization;
using System.Text.Json.Nodes;
using Scim;
using ScimProvisioning.Http.Replies;

namespace ScimProvisioning.Http.Bulk;

/// <summary>The outcome of one operation of a bulk request (RFC 7644 §3.7.3).</summary>
/// <param name="Location"><c>null</c> for a POST that failed.</param>
sealed record BulkOutcome(int Status, string? Location, string? Version, ScimException? Error)
{
    public static BulkOutcome Failed(ScimException error, string? location) => new(error.Status, location, null, error);

    public JsonObject ToJson(BulkOperation operation)
    {
        var json = new JsonObject();
        if (operation.MethodName is not null)
            json["method"] = operation.MethodName;
        if (operation.BulkId is not null)
            json["bulkId"] = operation.BulkId;
        if (Location is not null)
            json["location"] = Location;
        if (Version is not null)
            json["version"] = Version;
        json["status"] = Status.ToString(CultureInfo.InvariantCulture);
        if (Error is not null)
            json["response"] = ScimErrorWriter.Message(Error.Status, Error.ScimType, Error.Message);
        return json;
    }
}
