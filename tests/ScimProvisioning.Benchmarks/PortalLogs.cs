using ScimProvisioning.Storage.Activity;

namespace ScimProvisioning.Benchmarks;

/// <summary>Rows of the logs: of a month, as far as it has passed, because the logs have a partition for each.</summary>
static class PortalLogs
{
    const int Requests = 50_000;
    const int Runs = 240;

    /// <summary>Those of the run that goes on.</summary>
    const int Live = 20_000;

    const int Logins = 1_000;
    const int Entries = 20_000;
    const int Deliveries = 20_000;

    public static string Fill(Guid connection, string endpoint) =>
        $$"""
            CREATE FUNCTION id_of(at timestamptz, i bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $id$
                SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || left(md5(i::text), 3) || '8'
                    || right(md5(i::text), 15))::uuid
            $id$;
            CREATE FUNCTION ago(part double precision) RETURNS timestamptz LANGUAGE sql STABLE AS $ago$
                SELECT now() - part * (now() - date_trunc('month', now(), 'UTC'))
            $ago$;
            INSERT INTO requests (connection_id, organization_id, occurred_at, id, method, operation, resource_type, resource_id,
                external_id, subject, subject_key, status, outcome, found, scim_type, detail, milliseconds, actor, address, agent,
                request_id, body, is_personal)
            SELECT c.id, c.organization_id, at, id_of(at, i), CASE WHEN i % 10 = 0 THEN 'PATCH' ELSE 'GET' END,
                CASE WHEN i % 10 = 0 THEN 'patch' ELSE 'find' END, 'User', u.resource_id, u.external_id, u.user_name, u.user_name,
                CASE WHEN i % 100 = 0 THEN 409 ELSE 200 END,
                CASE WHEN i % 100 = 0 THEN 'refused' WHEN i % 10 = 0 THEN 'updated' ELSE 'matched' END,
                1, CASE WHEN i % 100 = 0 THEN 'uniqueness' END, CASE WHEN i % 100 = 0 THEN 'userName is already in use.' END, 3,
                'token:019ac0dd-7e9c-7c3e-9a41-3f2b8d6c5e10', '20.190.129.80', NULL, '0HNQ7OTVOV4CD:' || i,
                CASE WHEN i % 100 = 0 THEN rpad('{"schemas":["', 2000, 'x') || '"]}' END, true
            FROM (SELECT *, row_number() OVER () - 1 AS i FROM directory_users WHERE connection_id = '{{connection}}' LIMIT {{Requests}}) u
            JOIN connections c ON c.id = u.connection_id,
            LATERAL (SELECT date_trunc('milliseconds', CASE WHEN i < {{Live}} THEN now() - i * interval '0.5 seconds'
                ELSE ago(0.2 + 0.8 * i / {{Requests}}) END) AS at) t;
            UPDATE runs SET started_at = now() - {{Live}} * interval '0.5 seconds'
            WHERE connection_id = '{{connection}}' AND ended_at IS NULL;
            INSERT INTO runs (connection_id, organization_id, id, started_at, last_at, ended_at, closed_at, figures)
            SELECT c.id, c.organization_id, id_of(at, i), at, at + interval '30 minutes', at + interval '1 hour', at + interval '1 hour',
                '{{Figures}}'
            FROM generate_series(1, {{Runs}}) i, connections c, LATERAL (SELECT now() - i * interval '3 hours' - interval '4 hours' AS at) t
            WHERE c.id = '{{connection}}';
            INSERT INTO failed_logins (connection_id, id, occurred_at, reason, address, user_agent, request_id)
            SELECT '{{connection}}', id_of(ago(i::float / {{Logins}}), i), ago(i::float / {{Logins}}), 'unknown', '20.190.129.80', NULL,
                '0HNQ7OTVOV4CE:' || i
            FROM generate_series(1, {{Logins}}) i;
            INSERT INTO audit_log (id, occurred_at, actor, action, organization_id, connection_id, target_type, target_id, before, after,
                request_id, address)
            SELECT id_of(ago(i::float / {{Entries}}), i), ago(i::float / {{Entries}}), 'portal:019ac0dd-7e9c-7c3e-9a41-3f2b8d6c5e10',
                CASE WHEN i % 10 = 0 THEN 'token.created' ELSE 'connection.updated' END, organization_id, id, 'connection', id,
                '{"name":"Before","provider":"entra"}', '{"name":"Looked at","provider":"entra"}',
                '0HNQ7OTVOV4CF:' || i, '203.0.113.9'
            FROM generate_series(1, {{Entries}}) i, connections WHERE id = '{{connection}}';
            INSERT INTO webhook_deliveries (endpoint_id, position, id, event_id, type, lane, attempts, first_at, next_at, exhausted, error,
                created_at)
            SELECT '{{endpoint}}', -i, id_of(now(), i), gen_random_uuid(), 'directory.user.updated', gen_random_uuid(), 1, now(),
                now() + interval '1 day', i % 10 = 0, 'The receiver has answered 503.', now()
            FROM generate_series(1, {{Deliveries}}) i;
            INSERT INTO webhook_attempts (endpoint_id, id, at, event_id, type, attempt, succeeded, status, milliseconds)
            SELECT '{{endpoint}}', id_of(ago(i::float / {{Deliveries}}), i), ago(i::float / {{Deliveries}}), gen_random_uuid(),
                'directory.user.updated', 1, i % 20 > 0, CASE WHEN i % 20 > 0 THEN 204 ELSE 503 END, 20 + i % 100
            FROM generate_series(1, {{Deliveries}}) i;
            VACUUM ANALYZE;
            CHECKPOINT
            """;

    static string Figures =>
        System.Text.Json.JsonSerializer.Serialize(
            new RunFigures(
                RunKind.Incremental,
                Requests: 420,
                Users: new(Created: 3, Updated: 12, Deactivated: 2, Reactivated: 1, Unchanged: 400, Failed: 2),
                Groups: new(1, 1, 0, 0, 10, 0),
                Memberships: new(7, 3),
                SeenUsers: new(3, 8, 2, 1, 404)
            ),
            RunFigures.Json
        );
}
