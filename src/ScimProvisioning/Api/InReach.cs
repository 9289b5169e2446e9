using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Api;

/// <summary>Checks of what a request names.</summary>
static class InReach
{
    /// <summary>
    /// Refuses a connection or organization that the admin cannot see, as one that is not there. Of a deleted connection the people can
    /// still be read.
    /// </summary>
    /// <exception cref="ProblemException">404.</exception>
    public static async Task RequireInReachAsync(this ScimDbContext db, Guid? connection, Guid? organization, CancellationToken ct)
    {
        await using var rows = await db.ReadAsync(ct, Ask(connection, organization));
        await RequireAsync(rows, connection, organization, ct);
    }

    /// <summary>The question beside other statements, for <see cref="RequireAsync"/>.</summary>
    public static NpgsqlBatchCommand Ask(Guid? connection, Guid? organization)
    {
        var sql = new Sql();
        var (id, owner) = (sql.Add(connection), sql.Add(organization));
        return sql.Statement(
            $"""
            SELECT {id} IS NULL OR EXISTS (SELECT FROM connections WHERE id = {id}),
                {owner} IS NULL OR EXISTS (SELECT FROM organizations WHERE id = {owner})
            """
        );
    }

    /// <exception cref="ProblemException">404.</exception>
    public static async Task RequireAsync(NpgsqlDataReader rows, Guid? connection, Guid? organization, CancellationToken ct)
    {
        await rows.ReadAsync(ct);
        if (!rows.GetBoolean(0))
            throw ProblemException.NotFound($"There is no connection {connection}.");
        if (!rows.GetBoolean(1))
            throw ProblemException.NotFound($"There is no organization {organization}.");
    }
}
