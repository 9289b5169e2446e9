using ScimProvisioning.Api;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Groups;

/// <summary>What admins see of received groups, to choose those of a scope and of roles.</summary>
sealed class ReceivedGroupUseCases(ScimDbContext db)
{
    /// <exception cref="ProblemException">404.</exception>
    public async Task<Page<ReceivedGroupResponse>> ListAsync(Guid id, ReceivedGroupQuery query, PageRequest page, CancellationToken ct)
    {
        await db.RequireConnectionAsync(id, ct);
        await using var rows = await db.ReadAsync(
            ct,
            RawStatements.Confine(id),
            StoredRules.Read(id),
            ReceivedGroups.Page(id, page.Start, page.Take, string.IsNullOrEmpty(query.Q) ? null : query.Q)
        );
        var rules = await StoredRules.ReadAsync(rows, ct);
        await rows.NextResultAsync(ct);
        var groups = await ReceivedGroups.ReadAsync(rows, ct);
        return page.Of(groups, counted => ReceivedGroupResponse.Of(counted, rules), counted => counted.Group.Id);
    }
}
