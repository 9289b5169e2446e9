using ScimProvisioning.Tests.Projection;

namespace ScimProvisioning.Tests.Rules;

/// <summary>Users by the thousand, past SCIM.</summary>
static class Many
{
    /// <summary>Received users without entries in the change log, as for a connection that is to be rebuilt.</summary>
    public static Task UsersAsync(AppView app, int count, string? database = null) =>
        PostgresFixture.ExecuteAsync(
            $$"""
            INSERT INTO resources (connection_id, id, resource_type, attributes, terms, user_name, active, version, created_at, modified_at)
            SELECT '{{app.Connection}}', md5('{{app.Connection}}' || n)::uuid, 'User',
                jsonb_build_object('userName', 'many' || n, 'title', 'Engineer'), '{}', 'many' || n, true, 1, now(), now()
            FROM generate_series(1, {{count}}) n
            """,
            database ?? PostgresFixture.ConnectionString
        );
}
