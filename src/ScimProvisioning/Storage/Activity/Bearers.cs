using Npgsql;
using Scim;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources.Search;

namespace ScimProvisioning.Storage.Activity;

/// <summary>Somebody to whom a name or an id leads.</summary>
/// <param name="Resource">The received user, maybe a deleted one; <c>null</c>: he was imported.</param>
/// <param name="Person">The person of whom the application was told; <c>null</c>: it is not known yet whether there is one.</param>
readonly record struct Bearer(Guid? Resource, Guid? Person);

/// <summary>
/// Finds who has a name or an id: among received users, among the people of whom the application was told, deleted ones too, and in the log
/// of requests. Each is one look into an index.
/// </summary>
static class Bearers
{
    /// <summary>More are not looked for in each index.</summary>
    const int Most = 10;

    /// <summary>Refused requests that are looked through for similar names.</summary>
    const int MostRefusals = 200;

    static readonly string User = ResourceType.User.Name;
    static readonly AttributePath Mail = AttributePath.Find("emails.value", ResourceType.User)!;
    static readonly AttributePath[] PartsOfName =
    [
        AttributePath.Find("name.givenName", ResourceType.User)!,
        AttributePath.Find("name.familyName", ResourceType.User)!,
    ];

    /// <summary>Those who have just this name, mail address or id; letter case does not count in names.</summary>
    /// <param name="tenant">Its connection.</param>
    /// <param name="name">Without blanks around it.</param>
    public static NpgsqlBatchCommand Exactly(Guid tenant, string name)
    {
        var sql = new Sql();
        var (connection, folded) = (sql.Add(tenant), sql.Add(CaseFolding.Fold(name)));
        var keys = sql.Add([name, CaseFolding.Fold(name)]);
        var term = sql.Add([SearchTerms.Of(tenant, Mail, name)]);
        var parts = new List<string>
        {
            Received(connection, $"user_name = {folded}"),
            Received(connection, $"display_name = {folded}"),
            Received(connection, $"external_id = ANY({keys})"),
            WithTerm(connection, term),
            Told(connection, $"user_name = {folded}"),
            Told(connection, $"email = {folded}"),
            Told(connection, $"display_name = {folded}"),
            Told(connection, $"uid_key = ANY({keys})"),
            Told(connection, $"external_id = ANY({keys})"),
            Told(connection, $"app_user_id = {sql.Add(name)}"),
                // Who was deleted before the application was told of him has left his name only here.
                $"""
                SELECT resource_id, NULL::uuid FROM requests
                WHERE connection_id = {connection} AND subject_key = {folded} AND resource_type = '{User}' AND resource_id IS NOT NULL
                ORDER BY occurred_at DESC
                """,
        };
        if (Guid.TryParse(name, out var id))
        {
            var key = sql.Add(id);
            parts.Add(
                $"SELECT id, NULL::uuid FROM resources WHERE connection_id = {connection} AND id = {key} AND resource_type = '{User}'"
            );
            parts.Add(Told(connection, $"id = {key}"));
        }
        return sql.Statement(string.Join("\nUNION\n", parts.Select(part => $"({part} LIMIT {Most})")));
    }

    /// <summary>
    /// Those whose name begins so, whose given or family name it is or, of an address, is the same before the <c>@</c>: an identity
    /// provider may use other addresses than people know. Of two words, also the other way round.
    /// </summary>
    public static NpgsqlBatchCommand Nearly(Guid tenant, string name)
    {
        var sql = new Sql();
        var connection = sql.Add(tenant);
        var folded = CaseFolding.Fold(name);
        var beginning = Beginning(folded);
        var parts = new List<string>
        {
            Received(connection, sql.BeginsWith("user_name", beginning)),
            Received(connection, sql.BeginsWith("display_name", beginning)),
            Told(connection, sql.BeginsWith("user_name", beginning)),
            Told(connection, sql.BeginsWith("email", beginning)),
            Told(connection, sql.BeginsWith("display_name", beginning)),
        };
        parts.AddRange(PartsOfName.Select(part => WithTerm(connection, sql.Add([SearchTerms.Of(tenant, part, name)]))));
        if (beginning != folded)
            parts.Add(Received(connection, $"user_name = {sql.Add(beginning[..^1])}"));
        if (folded.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries) is [var first, var last])
            parts.Add(Received(connection, $"display_name = {sql.Add($"{last} {first}")}"));
        return sql.Statement(string.Join("\nUNION\n", parts.Select(part => $"({part} LIMIT {Most})")));
    }

    /// <summary>
    /// The subjects of refused requests that begin so and created nobody, the newest first; for <see cref="LoggedRequest.ReadAsync"/>.
    /// </summary>
    public static NpgsqlBatchCommand NearlyRefused(Guid connection, string name)
    {
        var sql = new Sql();
        var (refused, failed) = (Scim.Directory.WireName.Of(RequestOutcome.Refused), Scim.Directory.WireName.Of(RequestOutcome.Failed));
        return sql.Statement(
            $"""
            SELECT {LoggedRequest.Columns} FROM (
                SELECT * FROM requests
                WHERE connection_id = {sql.Add(connection)} AND {sql.BeginsWith("subject_key", Beginning(CaseFolding.Fold(name)))}
                LIMIT {MostRefusals}) r
            WHERE outcome IN ('{refused}', '{failed}') AND operation = 'create' AND resource_type = '{User}'
            ORDER BY occurred_at DESC LIMIT {Most}
            """
        );
    }

    public static async Task<HashSet<Bearer>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var found = new HashSet<Bearer>();
        while (await rows.ReadAsync(ct))
            found.Add(new(rows.IsDBNull(0) ? null : rows.GetGuid(0), rows.IsDBNull(1) ? null : rows.GetGuid(1)));
        return found;
    }

    /// <summary>Of an address what is before the <c>@</c>, and the <c>@</c>.</summary>
    static string Beginning(string name) => name.IndexOf('@') is > 0 and var at ? name[..(at + 1)] : name;

    // By a view, since only there may the index of terms be used.
    static string WithTerm(string connection, string term) =>
        $"SELECT id, NULL::uuid FROM searchable WHERE connection_id = {connection} AND resource_type = '{User}' AND terms @> {term}";

    static string Received(string connection, string condition) =>
        $"""
            SELECT id, NULL::uuid FROM resources
            WHERE connection_id = {connection} AND resource_type = '{User}' AND deleted_at IS NULL AND {condition}
            """;

    static string Told(string connection, string condition) =>
        $"SELECT resource_id, id FROM directory_users WHERE connection_id = {connection} AND {condition}";
}
