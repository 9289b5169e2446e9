using Scim;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.Activity;

namespace ScimProvisioning.Activity.Requests;

/// <summary>Makes the rows of the log from a request that was answered.</summary>
static class RequestRows
{
    public const int LongestName = 512;
    const int LongestDetail = 1_000;

    /// <param name="hasRoom">Whether another body may wait to be stored; asked before it is looked at.</param>
    /// <returns>One row, or one for each operation of a bulk request; none when no connection was meant.</returns>
    public static IEnumerable<LoggedRequest> Of(
        HttpContext http,
        RequestNote note,
        TimeSpan took,
        bool keepsPersonalData,
        Func<bool> hasRoom
    )
    {
        var current = CurrentConnection.Of(http);
        if (current is null && !IsRefusedLogin(http))
            return [];
        Complete(note, http, current);
        var request = new LoggedRequest(
            current?.Id ?? http.Features.Get<RejectedCredential>()?.Connection?.Id ?? Guid.Empty,
            Guid.Empty,
            default,
            http.Request.Method,
            default,
            null,
            null,
            null,
            null,
            http.Response.StatusCode,
            default,
            null,
            null,
            null,
            (int)took.TotalMilliseconds,
            current?.Actor ?? http.Features.Get<RejectedCredential>()?.SelfTest,
            keepsPersonalData ? RequestSource.Address(http) : null,
            RequestSource.Agent(http),
            http.TraceIdentifier,
            null
        );
        return note.Parts.Count == 0
            ? [Fill(request, note, keepsPersonalData, hasRoom)]
            : note.Parts.Select(part =>
                Fill(
                    request with
                    {
                        Method = part.Method ?? request.Method,
                        // It broke off with the request.
                        Status = part.Status == 0 ? request.Status : part.Status,
                        Milliseconds = (int)part.Took.TotalMilliseconds,
                    },
                    part,
                    keepsPersonalData,
                    hasRoom
                )
            );
    }

    static LoggedRequest Fill(LoggedRequest row, RequestNote note, bool keepsPersonalData, Func<bool> hasRoom)
    {
        row = row with
        {
            Operation = note.Operation,
            ResourceType = note.Type?.Name,
            ResourceId = note.ResourceId,
            Outcome = row.IsSelfTest ? RequestOutcome.Test : note.Outcome ?? OutcomeOf(row.Status, note.Operation),
            Found = note.Found,
            ScimType = note.ScimType,
        };
        if (!keepsPersonalData)
            return row;
        var names = note.Document.IsEmpty ? ResourceNames.In(note.Body) : ResourceNames.In(note.Document.Span);
        return row with
        {
            Subject = Storable(names.Name ?? note.LookedFor, LongestName),
            ExternalId = Storable(names.ExternalId, LongestName),
            Detail = Storable(note.Detail, LongestDetail),
            Body =
                row.Status >= StatusCodes.Status400BadRequest && note.Body is { } body && hasRoom() ? ShownBody.Of(body, note.Type) : null,
        };
    }

    /// <summary>For an answer that says it all.</summary>
    static RequestOutcome OutcomeOf(int status, RequestOperation operation) =>
        status switch
        {
            StatusCodes.Status404NotFound when operation is RequestOperation.Get => RequestOutcome.NotFound,
            StatusCodes.Status499ClientClosedRequest or >= 500 => RequestOutcome.Failed,
            >= 400 => RequestOutcome.Refused,
            _ => RequestOutcome.Matched,
        };

    /// <summary>What can be read from the address alone, of a request that was refused before anybody looked at it.</summary>
    static void Complete(RequestNote note, HttpContext http, CurrentConnection? current)
    {
        if (current is null)
            note.Detail = "The login was refused: the failed logins of the connection tell why.";
        var route = RequestNote.RouteOf(http);
        if (note.Operation is not RequestOperation.Other || route.GetValueOrDefault("collection") is not string collection)
            return;
        note.Type = (current?.Connection.Types ?? ResourceTypes.BuiltIn).ForCollection(collection);
        if (ResourceId.TryParse(route.GetValueOrDefault("id") as string ?? "", out var key))
            note.ResourceId = key;
        note.Operation = RequestNote.Asked(http);
    }

    /// <summary>Not of those that were only put off (429): they are many, and tell nothing new.</summary>
    static bool IsRefusedLogin(HttpContext http) =>
        http.Response.StatusCode is StatusCodes.Status401Unauthorized
        && (ConnectionKey.Of(http) is not null || http.Features.Get<RejectedCredential>()?.Connection is not null);

    /// <summary>The text without what PostgreSQL cannot store, and cut.</summary>
    static string? Storable(string? text, int longest)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (text.Length > longest)
            text = text[..longest];
        return text.Any(c => c == '\0' || char.IsSurrogate(c))
            ? string.Concat(text.EnumerateRunes().Where(rune => rune.Value is not (0 or 0xFFFD)))
            : text;
    }
}
