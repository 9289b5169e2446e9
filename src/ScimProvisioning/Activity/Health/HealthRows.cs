using Npgsql;
using ScimProvisioning.Storage.Activity;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Activity.Health;

/// <summary>What is read of a connection to tell how it is.</summary>
/// <param name="Good">With what it may log in now.</param>
/// <param name="Test">The last Test Connection that was good.</param>
/// <param name="Runs">The newest first.</param>
/// <param name="Failed">Users and groups that have failed lately in these runs; <c>null</c>: they are too many to look at each.</param>
/// <param name="WrongPaths">Requests for what does not exist, lately; the newest first.</param>
/// <param name="LastRightPath">When the identity provider was here last for something that exists.</param>
/// <param name="Refused">Logins that were refused, the newest first.</param>
sealed record HealthRows(
    ProjectionRow? Projection,
    CredentialsInUse Credentials,
    GoodCredentials Good,
    RunRow? LastFull,
    LoggedRequest? Test,
    ResourceCounts Stored,
    IReadOnlyList<RunRow> Runs,
    ConnectionSigns Signs,
    long? Failed,
    IReadOnlyList<LoggedRequest> WrongPaths,
    DateTimeOffset? LastRightPath,
    IReadOnlyList<RefusedLogin> Refused
)
{
    const int MostRuns = 50;
    const int MostLogins = 100;

    /// <summary>The statements. Those of several connections may come one after the other in one batch.</summary>
    /// <param name="lately">What has failed before counts no more.</param>
    public static IEnumerable<NpgsqlBatchCommand> Statements(Guid id, DateTimeOffset now, DateTimeOffset lately) =>
        [
            RawStatements.Confine(id),
            ProjectionRow.Read(id),
            CredentialsInUse.Of(id),
            GoodCredentials.Of(id, now),
            RunRow.LastFull(id),
            LoggedRequest.Page(id, new(DateTimeOffset.UnixEpoch, now.AddDays(1), [RequestOutcome.Test], OnlyLoggedIn: true), null, 1),
            ResourceCounts.Read(id),
            RunRow.Page(id, null, MostRuns),
            ConnectionSigns.Read(id),
            ConnectionSigns.Failures(id, lately, MostRuns),
            ConnectionSigns.WrongPaths(id, lately),
            ConnectionSigns.LastRightPath(id, lately),
            RefusedLogin.Newest(id, MostLogins),
        ];

    /// <summary>Reads the answers to <see cref="Statements"/>, and goes on to those of the next connection.</summary>
    public static async Task<HealthRows> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        return new(
            await NextAsync(() => ProjectionRow.ReadAsync(rows, ct)),
            (await NextAsync(() => CredentialsInUse.ReadAsync(rows, ct))).Single(),
            await NextAsync(() => GoodCredentials.ReadAsync(rows, ct)),
            (await NextAsync(() => RunRow.ReadAsync(rows, ct))).FirstOrDefault(),
            (await NextAsync(() => LoggedRequest.ReadAsync(rows, ct))).FirstOrDefault(),
            await NextAsync(() => ResourceCounts.ReadAsync(rows, ct)),
            await NextAsync(() => RunRow.ReadAsync(rows, ct)),
            await NextAsync(() => ConnectionSigns.ReadAsync(rows, ct)),
            await NextAsync(() => ConnectionSigns.ReadFailuresAsync(rows, ct)),
            await NextAsync(() => LoggedRequest.ReadAsync(rows, ct)),
            await NextAsync(() => ConnectionSigns.ReadTimeAsync(rows, ct)),
            await NextAsync(() => RefusedLogin.ReadAsync(rows, ct))
        );

        async Task<T> NextAsync<T>(Func<Task<T>> read)
        {
            var found = await read();
            await rows.NextResultAsync(ct);
            return found;
        }
    }
}
