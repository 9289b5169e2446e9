using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>A value that several people of a connection have.</summary>
sealed record SharedValue(string Attribute, string Value, Guid[] People);

/// <summary>Finds people who may be the same.</summary>
static class Duplicates
{
    const int PeoplePerValue = 10;

    static readonly (string Attribute, string Column)[] Compared =
    [
        ("email", "email"),
        ("userName", "user_name"),
        ("employeeNumber", "employee_number"),
        ("appUserId", "app_user_id"),
    ];

    /// <summary>Values that several people have. Who was merged, and so is deleted without a reason, does not count.</summary>
    // Which values there are more than once, the index of the attribute says alone; only those who have one of them are looked up.
    public static NpgsqlBatchCommand Find(Guid connection, int most)
    {
        var sql = new Sql();
        var (connectionId, limit) = (sql.Add(connection), sql.Add((long)most));
        var parts = Compared.Select(
            (compared, place) =>
                $"""
                    (SELECT {place} AS place, '{compared.Attribute}' AS attribute, twice.value, same.people
                    FROM (
                        SELECT {compared.Column} AS value FROM directory_users
                        WHERE connection_id = {connectionId} AND {compared.Column} IS NOT NULL
                        GROUP BY {compared.Column} HAVING count(*) > 1 ORDER BY {compared.Column}) twice
                    CROSS JOIN LATERAL (
                        SELECT (array_agg(id ORDER BY id))[1:{PeoplePerValue}] AS people FROM directory_users
                        WHERE connection_id = {connectionId} AND {compared.Column} = twice.value
                            AND NOT (status = 'deleted' AND status_reason IS NULL)
                        HAVING count(*) > 1) same
                    ORDER BY twice.value LIMIT {limit})
                    """
        );
        return sql.Statement(
            $"SELECT attribute, value, people FROM ({string.Join(" UNION ALL ", parts)}) shared ORDER BY place, value LIMIT {limit}"
        );
    }

    public static async Task<List<SharedValue>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var shared = new List<SharedValue>();
        while (await rows.ReadAsync(ct))
            shared.Add(new(rows.GetString(0), rows.GetString(1), rows.GetFieldValue<Guid[]>(2)));
        return shared;
    }
}
