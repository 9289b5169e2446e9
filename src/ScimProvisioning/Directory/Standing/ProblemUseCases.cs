using ScimProvisioning.Api;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Standing;

/// <summary>Lists what holds users back, and what an admin should look at.</summary>
sealed class ProblemUseCases(ScimDbContext db)
{
    /// <exception cref="ProblemException">404.</exception>
    public async Task<Page<ProblemResponse>> ListAsync(Guid connection, ProblemQuery query, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connection, ct);
        var limit = query.Limit ?? PageRequest.DefaultLimit;
        var after = query.After is { } text ? ProblemPlace.TryParse(text) : null;
        await using var rows = await db.ReadAsync(
            ct,
            RawStatements.Confine(connection),
            ProblemPlace.List(connection, query.Kind, after, limit + 1)
        );
        var (found, last) = (new List<ProblemResponse>(), (ProblemPlace?)null);
        while (await rows.ReadAsync(ct))
        {
            // One more than the page holds tells that there is a next one.
            if (found.Count == limit)
                return new(found, last!.ToString());
            last = new(rows.GetGuid(0), rows.GetString(1), rows.GetString(2));
            found.Add(
                new(
                    last.Resource,
                    rows.IsDBNull(3) ? null : rows.GetString(3),
                    last.Kind,
                    last.Attribute is "" ? null : last.Attribute,
                    rows.GetString(4),
                    rows.IsDBNull(5) ? null : rows.GetGuid(5),
                    rows.GetBoolean(6),
                    rows.GetFieldValue<DateTimeOffset>(7)
                )
            );
        }
        return new(found, null);
    }
}
