using Scim;
using Scim.Directory;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>Finds the people <c>u</c> of a connection <c>c</c> whom a filter asks for, by the index that fits the question.</summary>
static class PersonCandidates
{
    /// <summary>
    /// Up to here, those whom a beginning of a name finds are gathered. If there are more, the list is read in its order: even in a large
    /// directory there are not very many people between two who fit.
    /// </summary>
    const int MostGathered = 20_000;

    /// <summary>A query with the columns of <c>directory_users</c>, in the order of the ids.</summary>
    /// <param name="start">The id after which it begins, as a parameter.</param>
    /// <param name="limit">The most rows, as a parameter.</param>
    public static string Query(PersonFilter filter, Sql sql, string start, string limit)
    {
        var conditions = string.Concat(Conditions(filter, sql).Select(condition => $" AND {condition}"));
        // There are hardly two with the same value, but maybe a million with a role.
        if (IsExact(filter))
            return InOrder("");
        if (filter.GroupId is { } group)
            return Of(
                $"""
                SELECT m.person_id AS id FROM directory_members m
                WHERE m.connection_id = c.id AND m.group_id = {sql.Add(group)} AND m.person_id > {start} ORDER BY m.person_id
                """
            );
        if (filter.Role is { } role)
            return Of(
                $"""
                SELECT x.user_id AS id FROM directory_user_roles x
                WHERE x.connection_id = c.id AND x.role_key = {sql.Add(role)} AND x.user_id > {start} ORDER BY x.user_id
                """
            );
        if (filter.HeldByGuard)
            return Of(
                $"""
                SELECT g.person_id AS id FROM guard_holds g
                WHERE g.connection_id = c.id AND g.approved_by IS NULL AND g.person_id > {start} ORDER BY g.person_id
                """
            );
        return filter.Prefix is { } prefix ? Beginning(prefix) : InOrder("");

        // OFFSET 0: one after the other is looked up, and no plan goes through all people instead.
        string Of(string ids) =>
            $"""
                SELECT u.* FROM ({ids}) found CROSS JOIN LATERAL (
                    SELECT u.* FROM directory_users u WHERE u.connection_id = c.id AND u.id = found.id{conditions} OFFSET 0) u
                ORDER BY found.id LIMIT {limit}
                """;

        string InOrder(string more) =>
            $"""
                SELECT u.* FROM directory_users u
                WHERE u.connection_id = c.id AND u.id > {start}{conditions}{more} ORDER BY u.id LIMIT {limit}
                """;

        string Beginning(string text)
        {
            string[] begins = [.. Begins(text, sql)];
            var gathered = begins.Select(condition =>
                $"(SELECT u.id FROM directory_users u WHERE u.connection_id = c.id AND u.id > {start} AND {condition} LIMIT {MostGathered})"
            );
            const string Count = "(SELECT count(*) FROM gathered)";
            return $"""
                WITH gathered AS MATERIALIZED ({string.Join(" UNION ALL ", gathered)})
                SELECT * FROM ({Of($"SELECT DISTINCT id FROM gathered WHERE {Count} < {MostGathered}")}) few
                UNION ALL
                SELECT * FROM ({InOrder($" AND ({string.Join(" OR ", begins)}) AND {Count} >= {MostGathered}")}) many
                ORDER BY id LIMIT {limit}
                """;
        }
    }

    static bool IsExact(PersonFilter filter) =>
        (filter.Uid ?? filter.Email ?? filter.UserName ?? filter.ExternalId ?? filter.AppUserId) is not null;

    static IEnumerable<string> Conditions(PersonFilter filter, Sql sql)
    {
        // As a literal, so that PostgreSQL knows how rare it is.
        if (filter.Status is { } text)
            yield return WireName.TryParse(text, out PersonStatus status) ? $"u.status = '{WireName.Of(status)}'" : "FALSE";
        if (filter.Email is { } email)
            yield return $"u.email = {sql.Add(CaseFolding.Fold(email))}";
        if (filter.UserName is { } userName)
            yield return $"u.user_name = {sql.Add(CaseFolding.Fold(userName))}";
        if (filter.ExternalId is { } externalId)
            yield return $"u.external_id = {sql.Add(externalId)}";
        if (filter.AppUserId is { } appUserId)
            yield return $"u.app_user_id = {sql.Add(appUserId)}";
        // As it is compared: exactly, or folded, as the mapping of the connection says.
        if (filter.Uid is { } uid)
            yield return $"u.uid_key = ANY({sql.Add(Keys(uid))})";
        if (filter.GroupId is { } group && IsExact(filter))
            yield return $"""
                EXISTS (SELECT FROM directory_members m
                    WHERE m.connection_id = c.id AND m.group_id = {sql.Add(group)} AND m.person_id = u.id)
                """;
        // Else those who have the role are gone through already, or the members of the group.
        if (filter.Role is { } role && (filter.GroupId is not null || IsExact(filter)))
            yield return $"""
                EXISTS (SELECT FROM directory_user_roles x
                    WHERE x.connection_id = c.id AND x.role_key = {sql.Add(role)} AND x.user_id = u.id)
                """;
        if (filter.HeldByGuard && (filter.Role is not null || filter.GroupId is not null || IsExact(filter)))
            yield return """
                EXISTS (SELECT FROM guard_holds g WHERE g.connection_id = c.id AND g.person_id = u.id AND g.approved_by IS NULL)
                """;
        if (filter.Prefix is { } prefix && (filter.Role is not null || filter.GroupId is not null || filter.HeldByGuard || IsExact(filter)))
            yield return $"({string.Join(" OR ", Begins(prefix, sql))})";
    }

    static IEnumerable<string> Begins(string prefix, Sql sql)
    {
        var folded = CaseFolding.Fold(prefix);
        string[] columns = ["u.user_name", "u.email", "u.display_name"];
        return
        [
            .. columns.Select(column => sql.BeginsWith(column, folded)),
            .. Keys(prefix).Select(key => sql.BeginsWith("u.uid_key", key)),
        ];
    }

    static string[] Keys(string uid) => [.. new[] { uid, CaseFolding.Fold(uid) }.Distinct()];
}
