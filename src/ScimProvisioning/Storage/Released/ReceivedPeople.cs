using Npgsql;
using Scim;
using Scim.Directory;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>A problem of a received user with the time since when it is there.</summary>
sealed record KnownProblem(ProblemKind Kind, string? Attribute, string Message, bool Holds, DateTimeOffset? Since)
{
    public Statement Says => Said(WireName.Of(Kind), Attribute, Message);

    /// <summary>The message of a problem. What it is about is told to other languages by the kind and the attribute.</summary>
    public static Statement Said(string kind, string? attribute, string message) => new($"problem.{kind}", message, attribute ?? "uid");

    /// <summary>The message of a problem of the rules, which is about no user.</summary>
    public static Statement SaidOfGroup(string message) => Said(WireName.Of(ProblemKind.AmbiguousGroup), null, message);

    /// <summary>The problems of a user while nothing is released, so that none is stored.</summary>
    public static List<KnownProblem> NotYetStored(MappedUser user) =>
        [.. user.Problems.Select(p => new KnownProblem(p.Kind, p.Attribute, p.Message, p.Holds, null))];
}

/// <summary>Finds received users, whether the application knows them or not, and their problems.</summary>
static class ReceivedPeople
{
    static readonly string User = ResourceType.User.Name;

    /// <summary>Live users by any of these, for <see cref="ReceivedUsers.ReadAsync"/>.</summary>
    public static NpgsqlBatchCommand Called(Guid connection, string? externalId, string? userName, Guid? id, int most)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT {ReceivedUsers.Columns} FROM resources r
            WHERE r.connection_id = {sql.Add(connection)} AND r.resource_type = '{User}' AND r.deleted_at IS NULL
                AND (r.external_id = {sql.Add(externalId)} OR r.id = {sql.Add(id)}
                    OR r.user_name = {sql.Add(userName is null ? null : CaseFolding.Fold(userName))})
            ORDER BY r.id LIMIT {most}
            """
        );
    }

    /// <summary>The live users after an id, for <see cref="ReceivedUsers.ReadAsync"/>.</summary>
    /// <param name="held">Only those with, or without, a problem that holds; <c>null</c>: both.</param>
    /// <param name="released">Only those whom the application knows, or does not know; <c>null</c>: both.</param>
    /// <param name="outside">Only those who are in none of these groups; <c>null</c>: all.</param>
    /// <param name="prefix">What userName, displayName or externalId begins with; <c>null</c>: anything.</param>
    public static NpgsqlBatchCommand Page(
        Guid connection,
        Guid after,
        int most,
        bool? held,
        bool? released,
        Guid[]? outside,
        string? prefix
    )
    {
        var sql = new Sql();
        var connectionId = sql.Add(connection);
        var conditions = new List<string>
        {
            $"r.connection_id = {connectionId} AND r.id > {sql.Add(after)} AND r.resource_type = '{User}' AND r.deleted_at IS NULL",
        };
        if (held is { } isHeld)
            conditions.Add(
                $"""
                {(isHeld ? "" : "NOT ")}EXISTS (SELECT FROM directory_problems p
                    WHERE p.connection_id = {connectionId} AND p.resource_id = r.id AND p.holds)
                """
            );
        if (released is { } isReleased)
            conditions.Add(
                $"""
                {(isReleased ? "" : "NOT ")}EXISTS (SELECT FROM directory_users u
                    WHERE u.connection_id = {connectionId} AND u.resource_id = r.id AND u.is_linked)
                """
            );
        if (outside is not null)
            conditions.Add(
                $"""
                NOT EXISTS (SELECT FROM group_members m
                    WHERE m.connection_id = {connectionId} AND m.member_id = r.id AND m.group_id = ANY({sql.Add(outside)}))
                """
            );
        if (prefix is not null)
        {
            var folded = CaseFolding.Fold(prefix);
            conditions.Add(
                $"({sql.BeginsWith("r.user_name", folded)} OR {sql.BeginsWith("r.display_name", folded)} "
                    + $"OR {sql.BeginsWith("r.external_id", prefix)})"
            );
        }
        // Who is found is looked up afterwards: until then, indexes alone may do.
        return sql.Statement(
            $"""
            SELECT {ReceivedUsers.Columns} FROM (
                SELECT r.id FROM resources r WHERE {string.Join(" AND ", conditions)} ORDER BY r.id LIMIT {sql.Add((long)most)}) found
            JOIN resources r ON r.connection_id = {connectionId} AND r.id = found.id ORDER BY r.id
            """
        );
    }

    /// <summary>The problems of these users.</summary>
    public static NpgsqlBatchCommand Problems(Guid connection, Guid[] resources)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT resource_id, kind, attribute, message, holds, since FROM directory_problems
            WHERE connection_id = {sql.Add(connection)} AND resource_id = ANY({sql.Add(resources)}) ORDER BY resource_id, kind, attribute
            """
        );
    }

    public static async Task<ILookup<Guid, KnownProblem>> ReadProblemsAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var problems = new List<(Guid Resource, KnownProblem Problem)>();
        while (await rows.ReadAsync(ct))
            if (WireName.TryParse(rows.GetString(1), out ProblemKind kind))
                problems.Add(
                    (
                        rows.GetGuid(0),
                        new(
                            kind,
                            rows.GetString(2) is { Length: > 0 } attribute ? attribute : null,
                            rows.GetString(3),
                            rows.GetBoolean(4),
                            rows.GetFieldValue<DateTimeOffset>(5)
                        )
                    )
                );
        return problems.ToLookup(p => p.Resource, p => p.Problem);
    }
}
