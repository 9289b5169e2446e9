using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Erasing;

/// <summary>Somebody who is to be erased, or a group or another resource.</summary>
/// <param name="Resource">The SCIM resource; <c>null</c>: an imported person who never had one.</param>
/// <param name="Type">The name of its type; <c>null</c>: the resource is erased already.</param>
/// <param name="DeletedAt">When SCIM deleted it; <c>null</c>: it is live, or there is none.</param>
/// <param name="Person">The person whom the application knows by it; <c>null</c>: nobody.</param>
/// <param name="Version">The version of the person.</param>
sealed record ErasedObject(Guid? Resource, string? Type, DateTimeOffset? DeletedAt, Guid? Person, long Version)
{
    /// <summary>SCIM shows it: the identity provider would push it again.</summary>
    public bool IsLive => Type is not null && DeletedAt is null;

    /// <summary>The resource, with the person who has or had it.</summary>
    /// <param name="locks">Locks the row of the resource.</param>
    /// <returns><c>null</c> when there is neither.</returns>
    public static Task<ErasedObject?> OfResourceAsync(ScimDbContext db, Guid connection, Guid resource, bool locks, CancellationToken ct) =>
        FindAsync(db, connection, resource, null, locks, ct);

    /// <summary>The person, with the resource that he has or had.</summary>
    /// <inheritdoc cref="OfResourceAsync"/>
    /// <returns><c>null</c> when there is no such person.</returns>
    public static Task<ErasedObject?> OfPersonAsync(ScimDbContext db, Guid connection, Guid person, bool locks, CancellationToken ct) =>
        FindAsync(db, connection, null, person, locks, ct);

    /// <summary>
    /// The people who were merged into somebody, as the audit log tells, and into those again; but nobody of whom SCIM shows a user.
    /// </summary>
    public async Task<List<ErasedObject>> MergedAsync(
        ScimDbContext db,
        Guid connection,
        Guid organization,
        bool locks,
        CancellationToken ct
    )
    {
        var found = new List<ErasedObject>();
        if (Person is not { } person)
            return found;
        var sql = new Sql();
        var statement = sql.Statement(
            $"""
            WITH RECURSIVE merges AS MATERIALIZED (
                SELECT target_id, (after ->> 'into')::uuid AS into_id FROM audit_log
                WHERE organization_id = {sql.Add(organization)} AND action = '{AuditAction.UserMerged.Name}'
            ), gone AS (
                SELECT target_id FROM merges WHERE into_id = {sql.Add(person)}
                UNION SELECT m.target_id FROM merges m JOIN gone ON m.into_id = gone.target_id
            )
            SELECT target_id FROM gone
            """
        );
        var ids = new List<Guid>();
        await using (var rows = await db.ReadAsync(ct, RawStatements.Confine(connection), statement))
            while (await rows.ReadAsync(ct))
                ids.Add(rows.GetGuid(0));
        foreach (var id in ids)
            if (await OfPersonAsync(db, connection, id, locks, ct) is { IsLive: false } merged && id != person)
                found.Add(merged);
        return found;
    }

    /// <summary>
    /// People who are deleted and were not changed since then, whose user SCIM has deleted or who never had one. A change by the
    /// application counts from anew.
    /// </summary>
    public static async Task<List<ErasedObject>> DeletedAsync(
        ScimDbContext db,
        Guid connection,
        DateTimeOffset before,
        int most,
        CancellationToken ct
    )
    {
        var sql = new Sql();
        var statement = sql.Statement(
            $"""
            SELECT u.id, u.version, u.resource_id, r.resource_type, r.deleted_at FROM directory_users u
            LEFT JOIN resources r ON r.connection_id = u.connection_id AND r.id = u.resource_id
            WHERE u.connection_id = {sql.Add(connection)} AND u.status = 'deleted' AND u.updated_at < {sql.Add(before)}
                AND (r.id IS NULL OR r.deleted_at IS NOT NULL)
            ORDER BY u.id LIMIT {most}
            """
        );
        var found = new List<ErasedObject>();
        await using var rows = await db.ReadAsync(ct, RawStatements.Confine(connection), statement);
        while (await rows.ReadAsync(ct))
            found.Add(
                new(
                    rows.IsDBNull(2) ? null : rows.GetGuid(2),
                    rows.IsDBNull(3) ? null : rows.GetString(3),
                    rows.IsDBNull(4) ? null : rows.GetFieldValue<DateTimeOffset>(4),
                    rows.GetGuid(0),
                    rows.GetInt64(1)
                )
            );
        return found;
    }

    static async Task<ErasedObject?> FindAsync(
        ScimDbContext db,
        Guid connection,
        Guid? resource,
        Guid? person,
        bool locks,
        CancellationToken ct
    )
    {
        var (found, version) = ((Guid?)null, 0L);
        var sql = new Sql();
        var statement = sql.Statement(
            $"""
            SELECT id, version, resource_id FROM directory_users
            WHERE connection_id = {sql.Add(connection)} AND (id = {sql.Add(person)} OR resource_id = {sql.Add(resource)})
            """
        );
        await using (var rows = await db.ReadAsync(ct, RawStatements.Confine(connection), statement))
            if (await rows.ReadAsync(ct))
                (found, version, resource) = (rows.GetGuid(0), rows.GetInt64(1), resource ?? (rows.IsDBNull(2) ? null : rows.GetGuid(2)));
        var (type, deletedAt) = await ResourceAsync(db, connection, resource, locks, ct);
        return found is null && type is null ? null : new(resource, type, deletedAt, found, version);
    }

    static async Task<(string? Type, DateTimeOffset? DeletedAt)> ResourceAsync(
        ScimDbContext db,
        Guid connection,
        Guid? resource,
        bool locks,
        CancellationToken ct
    )
    {
        var sql = new Sql();
        var statement = sql.Statement(
            $"""
            SELECT resource_type, deleted_at FROM resources
            WHERE connection_id = {sql.Add(connection)} AND id = {sql.Add(resource)} {(locks ? "FOR UPDATE" : "")}
            """
        );
        await using var rows = await db.ReadAsync(ct, RawStatements.Confine(connection), statement);
        return await rows.ReadAsync(ct)
            ? (rows.GetString(0), rows.IsDBNull(1) ? null : rows.GetFieldValue<DateTimeOffset>(1))
            : (null, null);
    }
}
