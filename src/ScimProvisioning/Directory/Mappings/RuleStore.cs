using Scim;
using Scim.Directory;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Mappings;

/// <summary>The rules of a connection, locked until the end of the transaction.</summary>
/// <param name="Row">The connection, for the change log.</param>
sealed record LockedRules(Connection Row, StoredRules Stored, ResourceTypes Types);

/// <summary>Reads and changes what admins have set for a connection. The projection notices a change by the change log.</summary>
sealed class RuleStore(ScimDbContext db, AdminTransaction transaction, ConnectionTypes types)
{
    /// <exception cref="ProblemException">404.</exception>
    public async Task<StoredRules> ReadAsync(Guid connection, CancellationToken ct)
    {
        await db.RequireConnectionAsync(connection, ct);
        await using var rows = await db.ReadAsync(ct, RawStatements.Confine(connection), StoredRules.Read(connection));
        return await StoredRules.ReadAsync(rows, ct);
    }

    /// <summary>Nobody changes the rules from here on, the projection neither, which binds groups.</summary>
    /// <exception cref="ProblemException">404.</exception>
    public async Task<LockedRules> LockAsync(Guid connection, CancellationToken ct)
    {
        var row = await db.LockWithDocumentsAsync(connection, ct);
        await using var rows = await db.ReadAsync(
            ct,
            RawStatements.Confine(connection),
            ProjectionRow.Create(connection),
            ProjectionRow.Lock(connection, wait: true),
            StoredRules.Read(connection)
        );
        await rows.NextResultAsync(ct);
        return new(row, await StoredRules.ReadAsync(rows, ct), types.Of(row.Documents));
    }

    /// <summary>Binds the groups of the rules, and checks what was sent.</summary>
    /// <exception cref="ProblemException">400 with each wrong field.</exception>
    public async Task<BoundRules> CheckAsync(
        Guid connection,
        StoredRules rules,
        ResourceTypes known,
        RuleChange sent,
        Func<FieldError, string> field,
        CancellationToken ct
    )
    {
        var bound = await BoundRules.BindAsync(
            rules,
            connection,
            statements => db.ReadAsync(ct, [RawStatements.Confine(connection), .. statements]),
            ct
        );
        // What was set earlier may have lost its sense since, and is none of this request's business.
        var unknown = bound.Unknown.Where(sent.Has).ToList();
        var faults = unknown.Count > 0 ? unknown : [.. bound.Rules.CompileStored(known).Faults.Where(sent.Has)];
        return faults.Count == 0 ? bound : throw ProblemException.Invalid(faults.Texts(field));
    }

    /// <summary>Stores rules that were checked, and records what differs.</summary>
    public async Task SaveAsync(LockedRules before, BoundRules after, CancellationToken ct)
    {
        var (row, old, next) = (before.Row, before.Stored, after.Rules);
        var catalogue = next.Catalogue;
        var changes = new (ChangeType Type, string Target, object Before, object After)[]
        {
            (ChangeType.MappingUpdated, "Mapping", MappingBody.Of(old.Mapping, catalogue), MappingBody.Of(next.Mapping, catalogue)),
            (ChangeType.ScopeUpdated, "Scope", ScopeBody.Of(old.Scope), ScopeBody.Of(next.Scope)),
            (ChangeType.RoleMappingsUpdated, "RoleMappings", RoleMappingsBody.Of(old.RoleMappings), RoleMappingsBody.Of(next.RoleMappings)),
        };
        await db.RunAsync(ct, RawStatements.Confine(row.Id), next.Save(row.Id, row.OrganizationId));
        if (after.Problems.Count > 0)
            await db.RunAsync(ct, Problems.Save(row.Id, row.OrganizationId, StoredProblem.OfGroups(after.Problems), transaction.Now));
        foreach (var (type, target, was, now) in changes)
            if (!SameJson.Are(was, now))
                await transaction.RecordAsync(type, row, target, row.Id, was, now, ct);
    }
}
