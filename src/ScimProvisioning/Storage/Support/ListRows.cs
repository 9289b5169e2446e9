using Npgsql;
using Scim;
using Scim.Directory;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Support;

/// <summary>A row of the application's list.</summary>
/// <param name="UidKey">The uid as it is compared.</param>
readonly record struct ListRow(long Line, string? UidKey, ListedPerson Person);

/// <summary>
/// The table <c>reconciliation_rows</c>: the list of the application while it is compared. Each statement deals with the whole list.
/// </summary>
static class ListRows
{
    /// <summary>Who was merged into somebody else has only the uid left.</summary>
    const string IsThere = "NOT (u.status = 'deleted' AND u.status_reason IS NULL)";

    public static NpgsqlBatchCommand Insert(ReconciliationRow of, IReadOnlyList<ListRow> rows)
    {
        var sql = new Sql();
        string[] values =
        [
            sql.Add([.. rows.Select(row => row.Line)]),
            sql.Add([.. rows.Select(row => row.Person.Uid)]),
            sql.Add([.. rows.Select(row => row.UidKey)]),
            sql.Add([.. rows.Select(row => row.Person.AppUserId)]),
            sql.Add([.. rows.Select(row => UserName(row.Person))]),
            sql.Add([.. rows.Select(row => row.Person.Status is not PersonStatus.Inactive)]),
            sql.AddJson([.. rows.Select(row => ScimJson.Text(row.Person.Values))]),
        ];
        return sql.Statement(
            $"""
            INSERT INTO reconciliation_rows (connection_id, reconciliation_id, organization_id, line, uid, uid_key, app_user_id, user_name,
                active, attributes)
            SELECT {sql.Add(of.Connection)}, {sql.Add(of.Id)}, {sql.Add(of.Organization)}, * FROM unnest({string.Join(", ", values)})
            """
        );
    }

    /// <summary>
    /// Finds the person of each row: by the uid, else by the application's id; else the received user of whom nobody was released.
    /// </summary>
    public static NpgsqlBatchCommand[] Find(ReconciliationRow of) =>
        [FindPerson(of, "u.uid_key = r.uid_key"), FindPerson(of, "u.app_user_id = r.app_user_id"), FindReceived(of), MarkRepeated(of)];

    public static NpgsqlBatchCommand Delete(ReconciliationRow of)
    {
        var sql = new Sql();
        return sql.Statement(
            $"DELETE FROM reconciliation_rows WHERE connection_id = {sql.Add(of.Connection)} AND reconciliation_id = {sql.Add(of.Id)}"
        );
    }

    /// <summary>
    /// Rows about a person whom an earlier row is about, too: the lines of both, and how many such rows there are in all.
    /// </summary>
    public static NpgsqlBatchCommand Repeated(ReconciliationRow of, int most)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT r.line, first.line, count(*) OVER () FROM reconciliation_rows r
            JOIN reconciliation_rows first ON first.connection_id = r.connection_id
                AND first.reconciliation_id = r.reconciliation_id AND first.person_id = r.person_id AND NOT first.is_repeated
            WHERE r.connection_id = {sql.Add(of.Connection)} AND r.reconciliation_id = {sql.Add(of.Id)} AND r.is_repeated
            ORDER BY r.line LIMIT {most}
            """
        );
    }

    /// <summary>Of several people with the same key: who has a live user, else the oldest, as an import finds them.</summary>
    static NpgsqlBatchCommand FindPerson(ReconciliationRow of, string same)
    {
        var sql = new Sql();
        var (connection, id) = (sql.Add(of.Connection), sql.Add(of.Id));
        return sql.Statement(
            $"""
            UPDATE reconciliation_rows r SET person_id = found.id FROM (
                SELECT DISTINCT ON (r.line) r.line, u.id FROM reconciliation_rows r
                JOIN directory_users u ON u.connection_id = r.connection_id AND {same} AND {IsThere}
                WHERE r.connection_id = {connection} AND u.connection_id = {connection} AND r.reconciliation_id = {id}
                    AND r.person_id IS NULL
                ORDER BY r.line, u.is_linked DESC, u.created_at, u.id) found
            WHERE r.connection_id = {connection} AND r.reconciliation_id = {id} AND r.line = found.line
            """
        );
    }

    /// <summary>The mapping makes the uid, so it cannot be asked for here: names and ids as they are received must do.</summary>
    static NpgsqlBatchCommand FindReceived(ReconciliationRow of)
    {
        var sql = new Sql();
        var (connection, id) = (sql.Add(of.Connection), sql.Add(of.Id));
        string By(string same) =>
            $"""
                SELECT r.line, s.id FROM reconciliation_rows r JOIN resources s ON s.connection_id = r.connection_id AND {same}
                WHERE r.connection_id = {connection} AND s.connection_id = {connection} AND r.reconciliation_id = {id}
                    AND r.person_id IS NULL AND s.resource_type = 'User' AND s.deleted_at IS NULL
                """;
        return sql.Statement(
            $"""
            UPDATE reconciliation_rows r SET resource_id = found.id FROM (
                SELECT DISTINCT ON (line) line, id FROM (
                    {By("s.external_id = r.uid")} UNION ALL {By("s.id::text = lower(r.uid)")}
                    UNION ALL {By("s.user_name = r.user_name")}) candidates
                WHERE NOT EXISTS (SELECT FROM directory_users u
                    WHERE u.connection_id = {connection} AND u.resource_id = candidates.id AND u.is_linked)
                ORDER BY line, id) found
            WHERE r.connection_id = {connection} AND r.reconciliation_id = {id} AND r.line = found.line
            """
        );
    }

    static NpgsqlBatchCommand MarkRepeated(ReconciliationRow of)
    {
        var sql = new Sql();
        var (connection, id) = (sql.Add(of.Connection), sql.Add(of.Id));
        return sql.Statement(
            $"""
            UPDATE reconciliation_rows r SET is_repeated = true FROM (
                SELECT line, row_number() OVER (PARTITION BY person_id ORDER BY line) AS place FROM reconciliation_rows
                WHERE connection_id = {connection} AND reconciliation_id = {id} AND person_id IS NOT NULL) numbered
            WHERE r.connection_id = {connection} AND r.reconciliation_id = {id} AND r.line = numbered.line AND place > 1
            """
        );
    }

    static string? UserName(ListedPerson person) => (string?)person.Values["userName"] is { } name ? CaseFolding.Fold(name) : null;
}
