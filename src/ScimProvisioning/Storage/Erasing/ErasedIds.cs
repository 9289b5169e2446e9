using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Erasing;

/// <summary>What is to be erased of a connection.</summary>
/// <param name="Resources">
/// SCIM resources. Of people, those that they had before, too: who is deleted and created again is the same person.
/// </param>
sealed record ErasedIds(Guid Connection, Guid Organization, Guid[] Resources, Guid[] People)
{
    /// <summary>Former resources are those that the events tell of, unless they are live or somebody else's.</summary>
    public static async Task<ErasedIds> ReadAsync(
        ScimDbContext db,
        Guid connection,
        Guid organization,
        IEnumerable<ErasedObject> objects,
        CancellationToken ct
    )
    {
        HashSet<Guid> resources = [.. objects.Select(one => one.Resource).OfType<Guid>()];
        Guid[] people = [.. objects.Select(one => one.Person).OfType<Guid>()];
        var sql = new Sql();
        var (connectionId, ids) = (sql.Add(connection), sql.Add(people));
        var statement = sql.Statement(
            $"""
            SELECT id FROM (
                SELECT DISTINCT substring(body FROM '"resourceId":"([0-9a-f-]+)"')::uuid AS id FROM events
                WHERE connection_id = {connectionId} AND object_id = ANY({ids}) AND body LIKE '%"resourceId":"%') former
            WHERE NOT EXISTS (SELECT FROM resources r WHERE r.connection_id = {connectionId} AND r.id = former.id AND r.deleted_at IS NULL)
                AND NOT EXISTS (SELECT FROM directory_users u
                    WHERE u.connection_id = {connectionId} AND u.resource_id = former.id AND NOT u.id = ANY({ids}))
            """
        );
        await using var rows = await db.ReadAsync(ct, RawStatements.Confine(connection), statement);
        while (await rows.ReadAsync(ct))
            resources.Add(rows.GetGuid(0));
        return new(connection, organization, [.. resources], people);
    }
}
