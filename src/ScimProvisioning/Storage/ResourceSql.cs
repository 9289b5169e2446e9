using System.Text.Json.Nodes;
using Npgsql;
using Scim;

namespace ScimProvisioning.Storage;

/// <summary>What a reader of a row means to do with it.</summary>
enum RowLock
{
    None,

    /// <summary>Change it: others may meanwhile make it a member of a group.</summary>
    Change,

    /// <summary>Delete it: waits for, and holds off, those who make it a member.</summary>
    Delete,
}

/// <summary>The statements of the directory. Each is confined to the caller's connection.</summary>
static class ResourceSql
{
    public static NpgsqlBatchCommand Get(Caller caller, ResourceType type, Guid id, bool related, RowLock rowLock)
    {
        var sql = new Sql();
        return sql.Statement($"{Columns(sql, caller, type, related)} AND r.id = {sql.Add(id)}{rowLock switch
        {
            RowLock.Change => " FOR NO KEY UPDATE OF r",
            RowLock.Delete => " FOR UPDATE OF r",
            _ => "",
        }}");
    }

    /// <summary>A search without an index must not hold a session for longer; Entra waits 60 seconds.</summary>
    public static NpgsqlBatchCommand LimitSearch => new("SET LOCAL statement_timeout = '10s'");

    public static NpgsqlBatchCommand List(Caller caller, ResourceType type, FilterExpression? filter, long skip, int count, bool related)
    {
        var sql = new Sql();
        var page = $"{Columns(sql, caller, type, related)}{Where(sql, caller, type, filter)} ORDER BY r.id LIMIT {sql.Add((long)count)}";
        // An unknown OFFSET makes a plan for any value look dearer than one for this value: each match by userName would be planned anew.
        return sql.Statement(skip == 0 ? page : $"{page} OFFSET {sql.Add(skip)}");
    }

    public static NpgsqlBatchCommand Count(Caller caller, ResourceType type, FilterExpression? filter)
    {
        var sql = new Sql();
        return sql.Statement($"SELECT count(*) {Live(sql, caller, type)}{Where(sql, caller, type, filter)}");
    }

    /// <summary>Holds off their deletion until the membership is written.</summary>
    public static NpgsqlBatchCommand LockMembers(Caller caller, IReadOnlyCollection<Guid> members)
    {
        var sql = new Sql();
        return sql.Statement($"SELECT id FROM resources WHERE connection_id = {sql.Add(caller.ConnectionId)} AND {sql.IsAny("id", [.. members])} AND deleted_at IS NULL ORDER BY id FOR KEY SHARE");
    }

    /// <summary>Members of the group, present or about to be added, that fit the filter.</summary>
    public static NpgsqlBatchCommand SelectMembers(Caller caller, Guid group, FilterExpression filter, Guid[] pending)
    {
        var sql = new Sql();
        var (connection, condition) = (sql.Add(caller.ConnectionId), new FilterSql(sql, caller.BaseUrl, ResourceType.Group).WriteMember(filter));
        return sql.Statement(
            $"""
            SELECT e.id FROM resources e
            JOIN (SELECT member_id FROM group_members WHERE connection_id = {connection} AND group_id = {sql.Add(group)} UNION SELECT unnest({sql.Add(pending)})) m ON m.member_id = e.id
            WHERE e.connection_id = {connection} AND {condition}
            """);
    }

    public static NpgsqlBatchCommand Insert(Caller caller, StoredResource resource, JsonObject document, IReadOnlyCollection<Guid> members)
    {
        var sql = new Sql();
        var (connection, id, type, now) = (sql.Add(caller.ConnectionId), sql.Add(resource.Id), sql.Add(resource.Type.Name), sql.Add(resource.Created));
        var changes = DocumentChanges.Between([], document);
        if (members.Count > 0) changes.Add(new JsonObject { ["path"] = "members", ["added"] = new JsonArray([.. members.Select(m => JsonValue.Create(m.ToString()))]), ["removed"] = new JsonArray() });
        return sql.Statement(
            $"""
            WITH r AS (
                INSERT INTO resources (connection_id, id, resource_type, {DocumentColumns}, version, created_at, modified_at)
                VALUES ({connection}, {id}, {type}, {DocumentValues(sql, resource.Type, document)}, 1, {now}, {now})
            ), m AS (
                INSERT INTO group_members (connection_id, group_id, member_id, added_at) SELECT {connection}, {id}, unnest({sql.Add([.. members])}), {now}
            )
            INSERT INTO events ({EventColumns})
            VALUES ({connection}, {sql.Add(EventType(resource.Type, "created"))}, {type}, {id}, 1, {sql.AddJson(ScimJson.Text(changes))}, {Cause(sql, caller)}, {now})
            """);
    }

    /// <summary>Returns version and time of the change; no row when no member came or went and the document is the same.</summary>
    public static NpgsqlBatchCommand Update(Caller caller, StoredResource current, JsonObject document, JsonArray changes, MembershipChange members, DateTimeOffset at)
    {
        var sql = new Sql();
        var (connection, id, type, now) = (sql.Add(caller.ConnectionId), sql.Add(current.Id), sql.Add(current.Type.Name), sql.Add(at));
        var changed = sql.Add(changes.Count > 0);
        if (members.IsEmpty)
            return sql.Statement(
                $"""
                WITH {UpdateRow(sql, current, document, connection, id, now, changed)}
                INSERT INTO events ({EventColumns})
                SELECT {connection}, {sql.Add(EventType(current.Type, "updated"))}, {type}, {id}, r.version, {sql.AddJson(ScimJson.Text(changes))}, {Cause(sql, caller)}, {now} FROM r
                RETURNING version, occurred_at
                """);
        var add = sql.Add(members.Add);
        // Each shape is a statement of its own, with a plan that serves any group: one for all could not look a member up by the index.
        // NOT IN is hashed whatever the statistics say; with NOT EXISTS or <> ALL, 20,000 members against themselves took half a minute.
        var gone = members.Clear ? $"member_id NOT IN (SELECT unnest({add}))"
            : members.Remove.Length > 0 ? sql.IsAny("member_id", members.Remove)
            : "FALSE";
        return sql.Statement(
            $"""
            WITH added AS (
                INSERT INTO group_members (connection_id, group_id, member_id, added_at) SELECT {connection}, {id}, unnest({add}), {now}
                ON CONFLICT DO NOTHING RETURNING member_id
            ), removed AS (
                DELETE FROM group_members WHERE connection_id = {connection} AND group_id = {id} AND {gone} RETURNING member_id
            ), membership AS (
                SELECT coalesce((SELECT jsonb_agg(member_id) FROM added), '[]') AS added, coalesce((SELECT jsonb_agg(member_id) FROM removed), '[]') AS removed
            ), {UpdateRow(sql, current, document, connection, id, now, $"({changed} OR EXISTS (SELECT FROM added) OR EXISTS (SELECT FROM removed))")}
            INSERT INTO events ({EventColumns})
            SELECT {connection}, {sql.Add(EventType(current.Type, "updated"))}, {type}, {id}, r.version,
                {sql.AddJson(ScimJson.Text(changes))} || CASE WHEN added = '[]' AND removed = '[]' THEN '[]' ELSE jsonb_build_array(jsonb_build_object('path', 'members', 'added', added, 'removed', removed)) END,
                {Cause(sql, caller)}, {now}
            FROM r, membership
            RETURNING version, occurred_at
            """);
    }

    /// <summary>The row becomes a tombstone; each group that loses it is locked before its membership goes, and gets a new version and an event.</summary>
    public static NpgsqlBatchCommand Delete(Caller caller, StoredResource current, DateTimeOffset at)
    {
        var sql = new Sql();
        var (connection, id, type, now, cause) = (sql.Add(caller.ConnectionId), sql.Add(current.Id), sql.Add(current.Type.Name), sql.Add(at), Cause(sql, caller));
        return sql.Statement(
            $"""
            WITH gone AS (
                UPDATE resources SET deleted_at = {now}, modified_at = {now}, version = version + 1 WHERE connection_id = {connection} AND id = {id} RETURNING version
            ), emptied AS (
                DELETE FROM group_members WHERE connection_id = {connection} AND group_id = {id}
            ), locked AS (
                SELECT id FROM resources
                WHERE connection_id = {connection} AND id <> {id} AND id IN (SELECT group_id FROM group_members WHERE connection_id = {connection} AND member_id = {id})
                ORDER BY id FOR NO KEY UPDATE
            ), parted AS (
                DELETE FROM group_members m USING locked WHERE m.connection_id = {connection} AND m.member_id = {id} AND m.group_id = locked.id RETURNING m.group_id
            ), bumped AS (
                UPDATE resources r SET version = r.version + 1, modified_at = {now} FROM parted WHERE r.connection_id = {connection} AND r.id = parted.group_id RETURNING r.id, r.version
            )
            INSERT INTO events ({EventColumns})
            SELECT {connection}, {sql.Add(EventType(ResourceType.Group, "updated"))}, {sql.Add(ResourceType.Group.Name)}, bumped.id, bumped.version,
                jsonb_build_array(jsonb_build_object('path', 'members', 'added', jsonb_build_array(), 'removed', jsonb_build_array({id}))), {cause}, {now} FROM bumped
            UNION ALL
            SELECT {connection}, {sql.Add(EventType(current.Type, "deleted"))}, {type}, {id}, gone.version, '[]', {cause}, {now} FROM gone
            """);
    }

    public static StoredResource Read(NpgsqlDataReader row, ResourceType type) =>
        new(type, row.GetGuid(0), row.GetInt64(1), Time(row, 2), Time(row, 3), row.GetString(4), row.IsDBNull(5) ? null : row.GetString(5));

    public static DateTimeOffset Time(NpgsqlDataReader row, int column) => row.GetFieldValue<DateTimeOffset>(column);

    const string DocumentColumns = "attributes, folded, user_name, display_name, external_id, active";

    const string EventColumns = "connection_id, type, resource_type, resource_id, version, changes, request_id, actor, occurred_at";

    static string Columns(Sql sql, Caller caller, ResourceType type, bool related) =>
        $"""
        SELECT r.id, r.version, r.created_at, r.modified_at, r.attributes::text, {(related ? RelatedResources.Select(type, sql.Add(caller.BaseUrl)) : "NULL")}
        {Live(sql, caller, type)}
        """;

    static string Live(Sql sql, Caller caller, ResourceType type) =>
        $"FROM resources r WHERE r.connection_id = {sql.Add(caller.ConnectionId)} AND r.resource_type = {sql.Add(type.Name)} AND r.deleted_at IS NULL";

    static string Where(Sql sql, Caller caller, ResourceType type, FilterExpression? filter) =>
        filter is null ? "" : " AND " + new FilterSql(sql, caller.BaseUrl, type).Write(filter);

    static string UpdateRow(Sql sql, StoredResource current, JsonObject document, string connection, string id, string now, string condition) =>
        $"""
        r AS (
            UPDATE resources SET ({DocumentColumns}) = ROW({DocumentValues(sql, current.Type, document)}), version = version + 1, modified_at = {now}
            WHERE connection_id = {connection} AND id = {id} AND {condition} RETURNING version
        )
        """;

    static string DocumentValues(Sql sql, ResourceType type, JsonObject document) => string.Join(", ",
        sql.AddJson(ScimJson.Text(document)),
        sql.AddJson(ScimJson.Text(CaseFolding.Fold(document)!)),
        sql.Add(type.IsUser ? Folded(document, UserSchema.UserName) : null),
        sql.Add(type.IsGroup ? Folded(document, GroupSchema.DisplayName) : null),
        sql.Add(document[CommonAttributes.ExternalId.Name]?.GetValue<string>()),
        sql.Add(document[UserSchema.Active.Name]?.GetValue<bool>()));

    static string? Folded(JsonObject document, AttributeDefinition attribute) =>
        document[attribute.Name]?.GetValue<string>() is { } text ? CaseFolding.Fold(text) : null;

    static string Cause(Sql sql, Caller caller) => $"{sql.Add(caller.RequestId)}, {sql.Add(caller.Actor)}";

    static string EventType(ResourceType type, string change) => $"{CaseFolding.Fold(type.Name)}.{change}";
}
