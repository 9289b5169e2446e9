using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Diagnostics;
using Scim;

namespace ScimProvisioning;

/// <summary>What came of a SCIM request. The list is closed; <c>docs/activity.md</c> explains each.</summary>
enum RequestOutcome
{
    Created,
    Updated,

    /// <summary>A user who was active is not any more.</summary>
    Deactivated,
    Reactivated,
    Deleted,

    /// <summary>A write without effect.</summary>
    Unchanged,

    /// <summary>A read that has found something.</summary>
    Matched,
    NotFound,

    /// <summary>Only members of a group came or went.</summary>
    MembersChanged,

    /// <summary>The look-up of somebody who cannot exist, by which an identity provider tests the connection.</summary>
    Test,

    /// <summary>The client must change something: statuses from 400 to 498.</summary>
    Refused,

    /// <summary>The server could not answer, or the client did not wait.</summary>
    Failed,
}

/// <summary>What a SCIM request asks for.</summary>
enum RequestOperation
{
    /// <summary>Such as a bulk request that cannot be read.</summary>
    Other,

    /// <summary>What the server can do: <c>/Schemas</c>, <c>/ResourceTypes</c>, <c>/ServiceProviderConfig</c>.</summary>
    Discovery,
    Get,

    /// <summary>All, or a page of all.</summary>
    List,

    /// <summary>Those that fit a filter.</summary>
    Find,

    /// <summary>The one with a GUID as its name, which is how Entra tests a connection.</summary>
    Probe,
    Create,
    Replace,
    Patch,
    Delete,
}

/// <summary>
/// What those who answer a SCIM request know of it, for the log of requests. It travels with the request; when nobody logs, nobody reads
/// it.
/// </summary>
sealed class RequestNote
{
    public RequestOperation Operation { get; set; }

    public ResourceType? Type { get; set; }

    public Guid? ResourceId { get; set; }

    /// <summary>What the client looks for: the value of the filter.</summary>
    public string? LookedFor { get; set; }

    /// <summary>How many resources a list has found.</summary>
    public long? Found { get; set; }

    /// <summary><c>null</c>: the status tells it.</summary>
    public RequestOutcome? Outcome { get; set; }

    /// <summary>The document of the resource, as it is stored.</summary>
    public ReadOnlyMemory<byte> Document { get; set; }

    /// <summary>What a write has sent.</summary>
    public JsonObject? Body { get; set; }

    /// <summary>Of an error.</summary>
    public string? ScimType { get; set; }

    /// <inheritdoc cref="ScimType"/>
    public string? Detail { get; set; }

    /// <summary>Of a part of a bulk request; else the request has it.</summary>
    public string? Method { get; init; }

    /// <summary>The same; 0: the part broke off, and the status of the request is its own.</summary>
    public int Status { get; set; }

    /// <inheritdoc cref="Method"/>
    public TimeSpan Took { get; set; }

    /// <summary>The operations of a bulk request, as far as they were tried.</summary>
    public List<RequestNote> Parts { get; } = [];

    /// <summary>What the method and the address ask for, which is all that is known of a request that was refused at once.</summary>
    public static RequestOperation Asked(HttpContext http)
    {
        var (method, route) = (http.Request.Method, RouteOf(http));
        var isRead = HttpMethods.IsGet(method) || HttpMethods.IsHead(method);
        return PatternOf(http) switch
        {
            null => RequestOperation.Other,
            var pattern when pattern.EndsWith("/.search", StringComparison.Ordinal) => RequestOperation.Find,
            _ when !route.ContainsKey("collection") => isRead ? RequestOperation.Discovery : RequestOperation.Other,
            _ when route.ContainsKey("id") => isRead ? RequestOperation.Get
            : HttpMethods.IsPut(method) ? RequestOperation.Replace
            : HttpMethods.IsPatch(method) ? RequestOperation.Patch
            : HttpMethods.IsDelete(method) ? RequestOperation.Delete
            : RequestOperation.Other,
            _ when isRead => http.Request.Query.ContainsKey("filter") ? RequestOperation.Find : RequestOperation.List,
            _ => HttpMethods.IsPost(method) ? RequestOperation.Create : RequestOperation.Other,
        };
    }

    /// <summary>The values of the route that it took.</summary>
    // A failed request has lost its endpoint; the handler of exceptions has kept it.
    public static RouteValueDictionary RouteOf(HttpContext http) =>
        http.Features.Get<IExceptionHandlerFeature>()?.RouteValues ?? http.Request.RouteValues;

    /// <summary>The pattern of that route; <c>null</c>: there is none.</summary>
    public static string? PatternOf(HttpContext http) =>
        ((http.Features.Get<IExceptionHandlerFeature>()?.Endpoint ?? http.GetEndpoint()) as RouteEndpoint)?.RoutePattern.RawText;

    /// <summary>The note of a request; one that nobody reads when requests are not logged.</summary>
    public static RequestNote Of(HttpContext http) => http.Features.Get<RequestNote>() ?? new();
}
