using Npgsql;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory;

/// <summary>How a list of what is released begins: with whether the admin may see it, and how new it is.</summary>
static class ReleasedList
{
    /// <summary>
    /// The first statements, for <see cref="ReadHeadAsync"/>. Each statement sees what was committed before it: what later ones read is at
    /// least as new as the position.
    /// </summary>
    public static NpgsqlBatchCommand[] Head(Guid? connection, Guid? organization) =>
        [InReach.Ask(connection, organization), EventsEnd.Read()];

    /// <returns>The position of the last event. The reader stands at the answer to the next statement.</returns>
    /// <exception cref="ProblemException">404 for a connection or organization that is not there.</exception>
    public static async Task<string> ReadHeadAsync(NpgsqlDataReader rows, Guid? connection, Guid? organization, CancellationToken ct)
    {
        await InReach.RequireAsync(rows, connection, organization, ct);
        await rows.NextResultAsync(ct);
        var position = await EventsEnd.ReadAsync(rows, ct);
        await rows.NextResultAsync(ct);
        return position;
    }
}
