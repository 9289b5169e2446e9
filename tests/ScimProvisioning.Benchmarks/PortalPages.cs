using Npgsql;

namespace ScimProvisioning.Benchmarks;

/// <summary>The pages of the portal that are measured: each one, and lists also far behind, searched and filtered.</summary>
/// <param name="OfCustomers">Name and address of each.</param>
/// <param name="OfOperators">Those that only operators have, or that are more for them.</param>
sealed record PortalPages(IReadOnlyList<(string Name, string Path)> OfCustomers, IReadOnlyList<(string Name, string Path)> OfOperators)
{
    /// <param name="plan">A plan that is computed.</param>
    public static async Task<PortalPages> FindAsync(NpgsqlDataSource source, Guid connection, string plan, CancellationToken ct)
    {
        const string Of = "WHERE connection_id = $1 ORDER BY";
        var person = await OneAsync(
            "SELECT u.id FROM directory_users u JOIN (SELECT resource_id, count(*) FROM changes "
                + "WHERE connection_id = $1 AND resource_type = 'User' GROUP BY 1 ORDER BY 2 DESC LIMIT 1) c USING (resource_id)"
        );
        var userName = await OneAsync($"SELECT user_name FROM directory_users {Of} id OFFSET 50");
        var middle = await OneAsync($"SELECT id FROM directory_users {Of} id OFFSET (SELECT count(*) / 2 FROM directory_users)");
        var large = await OneAsync($"SELECT id FROM directory_groups {Of} member_count DESC, id");
        var member = await OneAsync(
            "SELECT person_id FROM directory_members WHERE connection_id = $1 AND group_id = "
                + $"(SELECT id FROM directory_groups {Of} member_count DESC, id LIMIT 1) ORDER BY person_id OFFSET 500"
        );
        var small = await OneAsync($"SELECT id FROM directory_groups {Of} member_count, id");
        var group = await OneAsync($"SELECT id FROM directory_groups {Of} id OFFSET 500");
        var run = await OneAsync($"SELECT id FROM runs {Of} id DESC OFFSET 20");
        var live = await OneAsync($"SELECT id FROM runs {Of} id DESC");
        var request = await OneAsync($"SELECT id FROM requests {Of} occurred_at OFFSET 20000");
        var resource = await OneAsync($"SELECT resource_id FROM requests WHERE connection_id = $1 AND resource_id IS NOT NULL");
        var login = await OneAsync($"SELECT id FROM failed_logins {Of} id OFFSET 200");
        var audit = await OneAsync("SELECT id FROM audit_log WHERE $1 IS NOT NULL ORDER BY id OFFSET 5000");
        var endpoint = await OneAsync("SELECT id FROM webhook_endpoints WHERE $1 IS NOT NULL");
        var delivery = await OneAsync("SELECT id FROM webhook_deliveries WHERE $1 IS NOT NULL ORDER BY id OFFSET 5000");
        var root = $"/portal/connections/{connection}";
        string[] ofConnection =
        [
            "",
            .. PortalSteps.Select(step => $"/setup?step={step}"),
            "/instructions",
            "/instructions.md",
            "/users",
            $"/users?after={middle}",
            $"/users?q={Uri.EscapeDataString(userName)}",
            "/users?q=Ada",
            "/users?q=nobody",
            .. Statuses.Select(status => $"/users?status={status}"),
            "/users?status=out_of_scope&q=Ada",
            $"/users/{person}",
            "/users/duplicates",
            "/groups",
            $"/groups?after={group}",
            "/groups?q=Group+00005",
            "/groups?q=nobody",
            $"/groups/{large}",
            $"/groups/{large}?after={member}",
            $"/groups/{small}",
            "/mapping",
            "/mapping?masked",
            "/scope",
            "/roles",
            $"/plans/{plan}?for=scope",
            "/activity",
            $"/activity?after={run}",
            $"/activity/runs/{run}",
            $"/activity/runs/{live}",
            "/activity/requests",
            $"/activity/requests?after={request}",
            $"/activity/requests?subject={Uri.EscapeDataString(userName)}",
            "/activity/requests?subject=nobody",
            "/activity/requests?kind=errors",
            "/activity/requests?outcome=deleted",
            "/activity/requests?hours=720&kind=changes",
            $"/activity/requests?resourceId={resource}",
            $"/activity/requests?run={live}",
            "/activity/logins",
            $"/activity/logins?after={login}",
            "/why",
            $"/why?q={Uri.EscapeDataString(userName)}",
            "/why?q=Ada",
            "/why?q=nobody",
            "/tokens",
            "/sync",
            "/support",
            "/settings",
            "/edit",
            "/disconnect",
            "/delete",
        ];
        return new(
            [
                Named("/portal/connections"),
                Named("/portal/connections/new"),
                .. ofConnection.Select(page => (page is "" ? "overview" : page, root + page)),
            ],
            [
                .. new[]
                {
                    "/console",
                    "/portal/connections",
                    "/portal/organizations",
                    "/portal/organizations/new",
                    "/portal/links",
                    "/portal/links/new",
                    "/portal/keys",
                    "/portal/audit",
                    $"/portal/audit?after={audit}",
                    "/portal/audit?action=token.created",
                    "/portal/audit?action=nothing.done",
                    $"/portal/audit?connectionId={connection}",
                    "/portal/webhooks",
                    "/portal/webhooks/new",
                    $"/portal/webhooks/{endpoint}",
                    $"/portal/webhooks/{endpoint}?after={delivery}",
                    $"{root}/purge",
                    $"{root}/users",
                    $"{root}/why?q={Uri.EscapeDataString(userName)}",
                }.Select(Named),
            ]
        );

        (string, string) Named(string path) => (path.Replace(root, "…", StringComparison.Ordinal), path);

        async Task<string> OneAsync(string sql)
        {
            await using var command = source.CreateCommand(sql + " LIMIT 1");
            command.Parameters.Add(new() { Value = connection });
            return (await command.ExecuteScalarAsync(ct))?.ToString() ?? throw new InvalidOperationException($"There is nothing: {sql}");
        }
    }

    static readonly string[] PortalSteps = ["provider", "credentials", "test", "user", "mapping", "scope", "roles", "enable"];
    static readonly string[] Statuses = ["active", "inactive", "deleted", "leaving", "held", "waiting", "out_of_scope", "not_yet"];
}
