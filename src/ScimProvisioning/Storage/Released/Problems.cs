using Npgsql;
using Scim.Directory;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>A problem of a received user as it is stored.</summary>
/// <param name="Resource">The user; or the group that a binding is ambiguous about.</param>
/// <param name="UidKey">The uid that the user waits for, when another one has it.</param>
sealed record StoredProblem(Guid Resource, Problem Problem, string? UidKey)
{
    public string Kind => WireName.Of(Problem.Kind);

    /// <summary>Problems of binding groups, each stored with the other group that could be meant.</summary>
    public static IReadOnlyList<StoredProblem> OfGroups(IEnumerable<Problem> problems) =>
        [.. problems.Select(problem => new StoredProblem(problem.Other!.Value, problem, null)).DistinctBy(problem => problem.Resource)];
}

/// <summary>Reads and writes <c>directory_problems</c>: what holds a user back, and what an admin should know.</summary>
static class Problems
{
    /// <summary>The problems that these users have so far: user, kind and attribute.</summary>
    public static NpgsqlBatchCommand Of(Guid connection, Guid[] resources)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT resource_id, kind, attribute, message, uid_key FROM directory_problems
            WHERE connection_id = {sql.Add(connection)} AND resource_id = ANY({sql.Add(resources)})
            """
        );
    }

    /// <summary>Deletes all problems of these users.</summary>
    public static NpgsqlBatchCommand Delete(Guid connection, Guid[] resources)
    {
        var sql = new Sql();
        return sql.Statement(
            $"DELETE FROM directory_problems WHERE connection_id = {sql.Add(connection)} AND resource_id = ANY({sql.Add(resources)})"
        );
    }

    /// <summary>Deletes all problems of a kind.</summary>
    public static NpgsqlBatchCommand DeleteOf(Guid connection, ProblemKind kind)
    {
        var sql = new Sql();
        return sql.Statement(
            $"DELETE FROM directory_problems WHERE connection_id = {sql.Add(connection)} AND kind = {sql.Add(WireName.Of(kind))}"
        );
    }

    public static NpgsqlBatchCommand Save(Guid connection, Guid organization, IReadOnlyList<StoredProblem> problems, DateTimeOffset now)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            INSERT INTO directory_problems
                (connection_id, organization_id, since, resource_id, kind, attribute, message, other, uid_key, holds)
            SELECT {sql.Add(connection)}, {sql.Add(organization)}, {sql.Add(now)}, * FROM unnest(
                {sql.Add([.. problems.Select(p => p.Resource)])}, {sql.Add([.. problems.Select(p => p.Kind)])},
                {sql.Add([.. problems.Select(p => p.Problem.Attribute ?? "")])}, {sql.Add([.. problems.Select(p => p.Problem.Message)])},
                {sql.Add([.. problems.Select(p => p.Problem.Other)])}, {sql.Add([.. problems.Select(p => p.UidKey)])},
                {sql.Add([.. problems.Select(p => p.Problem.Holds)])})
            ON CONFLICT (connection_id, resource_id, kind, attribute) DO UPDATE
                SET message = excluded.message, other = excluded.other, uid_key = excluded.uid_key, holds = excluded.holds
            """
        );
    }
}
