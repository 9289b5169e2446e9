using Npgsql;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory;

/// <summary>Reads lists of what is released: each page in one round trip, the first one with how new it is.</summary>
sealed class ReleasedList(NpgsqlDataSource database, EventMonths months, LastEvent last)
{
    /// <summary>Runs the statements of a page.</summary>
    /// <returns>
    /// The reader at the answer to the first of them; and on the first page the position of the last event before they ran, or of one
    /// shortly before. Each statement sees what was committed before it: the page is at least as new as the position.
    /// </returns>
    public async Task<(NpgsqlDataReader Rows, string? Position)> ReadAsync(
        Reach reach,
        PageRequest page,
        CancellationToken ct,
        params NpgsqlBatchCommand[] statements
    )
    {
        if (page.After is not null)
            return (await database.ReadAsync(reach, ct, statements), null);
        if (last.Recent is { } recent)
            return (await database.ReadAsync(reach, ct, statements), recent);
        var keep = last.Reading();
        var end = EventsEnd.Read(await months.OpenAsync(ct));
        var rows = await database.ReadAsync(
            reach,
            ct,
            [new(Reach.EverythingStatement), end, new(reach.OrganizationStatement), .. statements]
        );
        try
        {
            var position = await EventsEnd.ReadAsync(rows, ct);
            keep(position);
            await rows.NextResultAsync(ct);
            return (rows, position);
        }
        catch
        {
            await rows.DisposeAsync();
            throw;
        }
    }

    /// <summary>An empty page may have a reason: the connection or organization is not there, or the admin may not see it.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public async Task RequireInReachAsync(Reach reach, Guid? connection, Guid? organization, CancellationToken ct)
    {
        await using var rows = await database.ReadAsync(reach, ct, InReach.Ask(connection, organization));
        await InReach.RequireAsync(rows, connection, organization, ct);
    }
}
