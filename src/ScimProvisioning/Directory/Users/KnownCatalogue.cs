using System.Diagnostics;
using Npgsql;
using Scim.Directory;
using ScimProvisioning.Auth.Connections;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Users;

/// <summary>The catalogue by which people are shown. It changes a few times a year and is needed for each person that is read.</summary>
sealed class KnownCatalogue(NpgsqlDataSource database, ConnectionCache connections)
{
    // Real time, not the clock's: it spares the database. A change ends it at once.
    static readonly TimeSpan Kept = TimeSpan.FromSeconds(1);

    Known? _known;

    /// <summary>For a caller that holds no session: one who does asks it himself, or all of them could wait for a second one.</summary>
    public async ValueTask<Catalogue> GetAsync(CancellationToken ct)
    {
        if (_known is { } known && known.Generation == connections.Generation && Stopwatch.GetElapsedTime(known.ReadAt) < Kept)
            return known.Catalogue;
        var (generation, isHeard, readAt) = (connections.Generation, connections.IsListening, Stopwatch.GetTimestamp());
        await using var rows = await AcrossConnections.RunAsync(database, ct, StoredRules.Read(Guid.Empty));
        var catalogue = (await StoredRules.ReadAsync(rows, ct)).Catalogue;
        if (isHeard)
            _known = new(catalogue, generation, readAt);
        return catalogue;
    }

    sealed record Known(Catalogue Catalogue, long Generation, long ReadAt);
}
