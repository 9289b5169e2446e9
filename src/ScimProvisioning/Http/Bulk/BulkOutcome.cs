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

    /// <summary>
    /// The note of the operation, with what came of it; <c>null</c> when it was not tried. Without an outcome it broke off, and the request
    /// with it.
    /// </summary>
    public static RequestNote? Noted(RequestNote? note, BulkOutcome? outcome)
    {
        if (note is null || outcome is null)
            return note;
        (note.Status, note.ScimType, note.Detail) = (outcome.Status, outcome.Error?.ScimType, outcome.Error?.Message);
        // Also of what was created, and was deleted again since it could not be completed.
        if (outcome.Error is not null)
            note.Outcome = null;
        return note;
    }

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
