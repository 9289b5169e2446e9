using Npgsql;
using Scim.Directory;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Support;

/// <summary>In what way the application and the identity provider differ about a user, mostly in Entra's words.</summary>
enum DifferenceClass
{
    /// <summary>In the application, and never sent by the identity provider.</summary>
    Local,

    /// <summary>Active in the application, and known here, but not to be active there.</summary>
    Unassigned,

    /// <summary>Released as active, and not in the application.</summary>
    Missing,

    /// <summary>Released as active and in the application, but something differs.</summary>
    Differing,

    /// <summary>Received, but not asked for in the last full run.</summary>
    Stale,
}

/// <summary>A row of <c>reconciliation_differences</c>.</summary>
/// <param name="Number">Its number within the reconciliation, from 1 on.</param>
/// <param name="Reason">Within the class.</param>
/// <param name="Line">The line of the list where the row begins.</param>
/// <param name="Attributes">JSON: by name, what is <c>ours</c> and what is <c>theirs</c>.</param>
/// <param name="ToldAt">When the application was told of the person again.</param>
sealed record Difference(
    long Number,
    DifferenceClass Class,
    string? Reason,
    long? Line,
    Guid? PersonId,
    Guid? ResourceId,
    string? Uid,
    string? AppUserId,
    string? Name,
    string? Attributes,
    DateTimeOffset? ToldAt
);

/// <summary>Reads and marks what a reconciliation has found.</summary>
static class Differences
{
    const string Columns = "number, class, reason, line, person_id, resource_id, uid, app_user_id, name, attributes::text, told_at";

    /// <summary>In their order, after a number.</summary>
    /// <param name="only">One class; <c>null</c>: all.</param>
    public static NpgsqlBatchCommand Page(Guid connection, Guid reconciliation, DifferenceClass? only, long after, int most)
    {
        var sql = new Sql();
        var ofClass = only is { } one ? $" AND class = '{WireName.Of(one)}'" : "";
        return sql.Statement(
            $"""
            SELECT {Columns} FROM reconciliation_differences
            WHERE connection_id = {sql.Add(connection)} AND reconciliation_id = {sql.Add(reconciliation)}
                AND number > {sql.Add(after)}{ofClass}
            ORDER BY number LIMIT {most}
            """
        );
    }

    /// <summary>Of the chosen ones those that were not told yet and have a person, after a number; locked.</summary>
    /// <param name="classes">The chosen classes.</param>
    /// <param name="numbers">The chosen numbers, whatever their class.</param>
    public static NpgsqlBatchCommand Untold(
        Guid connection,
        Guid reconciliation,
        IReadOnlyCollection<DifferenceClass> classes,
        long[] numbers,
        long after,
        int most
    )
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT {Columns} FROM reconciliation_differences
            WHERE connection_id = {sql.Add(connection)} AND reconciliation_id = {sql.Add(reconciliation)}
                AND {Chosen(sql, classes, numbers)} AND {CanBeTold} AND told_at IS NULL AND number > {sql.Add(after)}
            ORDER BY number LIMIT {most} FOR UPDATE
            """
        );
    }

    /// <summary>How many of the chosen ones nobody can be told of.</summary>
    public static NpgsqlBatchCommand CountSilent(
        Guid connection,
        Guid reconciliation,
        IReadOnlyCollection<DifferenceClass> classes,
        long[] numbers
    )
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT count(*) FROM reconciliation_differences
            WHERE connection_id = {sql.Add(connection)} AND reconciliation_id = {sql.Add(reconciliation)}
                AND {Chosen(sql, classes, numbers)} AND (NOT ({CanBeTold}) OR told_at IS NOT NULL)
            """
        );
    }

    /// <summary>Of these people all differences, of whatever class: who differs and is stale is told once.</summary>
    public static NpgsqlBatchCommand MarkTold(Guid connection, Guid reconciliation, Guid[] people, DateTimeOffset at)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE reconciliation_differences SET told_at = {sql.Add(at)}
            WHERE connection_id = {sql.Add(connection)} AND reconciliation_id = {sql.Add(reconciliation)}
                AND person_id = ANY({sql.Add(people)}) AND {CanBeTold} AND told_at IS NULL
            """
        );
    }

    public static async Task<List<Difference>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var read = new List<Difference>();
        while (await rows.ReadAsync(ct))
            read.Add(
                new(
                    rows.GetInt64(0),
                    WireName.TryParse(rows.GetString(1), out DifferenceClass found)
                        ? found
                        : throw new InvalidOperationException($"There is no class '{rows.GetString(1)}'."),
                    Text(2),
                    rows.IsDBNull(3) ? null : rows.GetInt64(3),
                    rows.IsDBNull(4) ? null : rows.GetGuid(4),
                    rows.IsDBNull(5) ? null : rows.GetGuid(5),
                    Text(6),
                    Text(7),
                    Text(8),
                    Text(9),
                    rows.IsDBNull(10) ? null : rows.GetFieldValue<DateTimeOffset>(10)
                )
            );
        return read;

        string? Text(int column) => rows.IsDBNull(column) ? null : rows.GetString(column);
    }

    /// <summary>What the application knows itself is not told.</summary>
    const string CanBeTold = "class <> 'local' AND person_id IS NOT NULL";

    static string Chosen(Sql sql, IReadOnlyCollection<DifferenceClass> classes, long[] numbers) =>
        $"(class = ANY({sql.Add([.. classes.Select(WireName.Of)])}) OR number = ANY({sql.Add(numbers)}))";
}
