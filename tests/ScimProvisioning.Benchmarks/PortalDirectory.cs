using System.Globalization;
using System.Text.Json.Nodes;
using Npgsql;

namespace ScimProvisioning.Benchmarks;

/// <summary>A connection as it is after some months: users, groups, rules, and the logs of what was done.</summary>
static class PortalDirectory
{
    const string Name = "Looked at";
    const int Groups = 1_000;

    /// <summary>Groups get smaller: the largest has a tenth of the users, the second half of that, the third a third.</summary>
    const int LargestShare = 10;

    const int Others = 30;
    const int Changes = 60;

    /// <summary>One of so many users cannot sign in.</summary>
    const int Inactive = 40;

    /// <summary>The connection that was filled.</summary>
    public static async Task<Guid> FindAsync(NpgsqlDataSource source, CancellationToken ct)
    {
        await using var command = source.CreateCommand("SELECT id FROM connections WHERE name = $1");
        command.Parameters.Add(new() { Value = Name });
        return (Guid)(await command.ExecuteScalarAsync(ct))!;
    }

    public static async Task FillAsync(NpgsqlDataSource source, ChildProcess server, string adminKey, int users, CancellationToken ct)
    {
        using var admin = new AdminClient(server.Address, adminKey);
        for (var other = 0; other < Others; other++)
            await Tenant.CreateAsync(server.Address, adminKey, $"Other {other}", ct);
        var tenant = await Tenant.CreateAsync(server.Address, adminKey, Name, ct);
        await using var load = await BulkLoad.BeginAsync(source.ConnectionString, TimeProvider.System, ct);
        var user = await tenant.CreateAsync("Users", UserDocuments.New(UserDocuments.FirstKey), ct);
        var group = await tenant.CreateAsync("Groups", UserDocuments.NewGroup(UserDocuments.FirstKey), ct);
        var people = await load.CopiesAsync(tenant, user, users, ct);
        var groups = await load.CopiesAsync(tenant, group, 1 + Groups, ct);
        await load.MembersAsync(tenant, MembersOf(groups, people), ct);
        await load.CompleteAsync(ct);
        await ExecuteAsync(
            source,
            $$"""
            UPDATE resources SET attributes = jsonb_set(attributes, '{active}', 'false') WHERE resource_type = 'User'
                AND right(attributes ->> 'displayName', 7)::int % {{Inactive}} = 1;
            VACUUM ANALYZE
            """,
            ct
        );
        await EnableAsync(admin, tenant.ConnectionId, groups, ct);
        await new Releases(source, server, tenant.ConnectionId, users).SettleAsync(ct);
        await ChangeAsync(tenant, user, groups[0], ct);
        var endpoint = (string)
            JsonNode.Parse(await admin.SendAsync(HttpMethod.Post, "webhook-endpoints", """{"url":"http://127.0.0.1:1/hooks"}""", ct))![
                "id"
            ]!;
        await admin.SendAsync(HttpMethod.Post, $"webhook-endpoints/{endpoint}/disable", null, ct);
        await ExecuteAsync(source, PortalLogs.Fill(tenant.ConnectionId, endpoint), ct);
    }

    // The first has everybody.
    static IEnumerable<(Guid Group, Guid Member)> MembersOf(Guid[] groups, Guid[] people)
    {
        foreach (var person in people)
            yield return (groups[0], person);
        for (var number = 1; number < groups.Length; number++)
        {
            var size = Math.Max(1, people.Length / LargestShare / number);
            var step = people.Length / size;
            for (var member = 0; member < size; member++)
                yield return (groups[number], people[member * step + number % step]);
        }
    }

    static async Task EnableAsync(AdminClient admin, Guid connection, Guid[] groups, CancellationToken ct)
    {
        await PutAsync("roles", """{"roles":[{"key":"viewer","name":"Viewer"},{"key":"editor","name":"Editor","priority":10}]}""");
        await PutAsync($"connections/{connection}/scope", Scope(groups[0], groups[1]));
        await PutAsync(
            $"connections/{connection}/role-mappings",
            $$"""{"mode":"highest","default":"viewer","groups":[{"group":{"id":"{{groups[1]}}"},"role":"editor"}]}"""
        );
        var mapping = $"connections/{connection}/mapping";
        await PutAsync(mapping, await admin.SendAsync(HttpMethod.Get, mapping, null, ct));
        await admin.SendAsync(HttpMethod.Post, $"connections/{connection}/enable", null, ct);

        Task PutAsync(string what, string json) => admin.SendAsync(HttpMethod.Put, what, json, ct);
    }

    /// <summary>A plan for another scope, which is computed.</summary>
    public static async Task<string> PlanAsync(NpgsqlDataSource source, AdminClient admin, Guid connection, CancellationToken ct)
    {
        await using var command = source.CreateCommand(
            "SELECT id FROM directory_groups WHERE connection_id = $1 ORDER BY member_count DESC OFFSET 1 LIMIT 1"
        );
        command.Parameters.Add(new() { Value = connection });
        var group = (Guid)(await command.ExecuteScalarAsync(ct))!;
        var plans = $"connections/{connection}/plans";
        var plan = JsonNode.Parse(await admin.SendAsync(HttpMethod.Post, plans, $$"""{"scope":{{Scope(group)}}}""", ct))!;
        for (; (string)plan["state"]! is "computing"; await Task.Delay(100, ct))
            plan = JsonNode.Parse(await admin.SendAsync(HttpMethod.Get, $"{plans}/{plan["id"]}", null, ct))!;
        return (string)plan["id"]!;
    }

    static string Scope(params Guid[] groups) =>
        $$"""{"mode":"groups","groups":[{{string.Join(',', groups.Select(id => $$"""{"id":"{{id}}"}"""))}}]}""";

    // So one person and the large group have a history, and the requests are those of a run that goes on.
    static async Task ChangeAsync(Tenant tenant, Guid user, Guid group, CancellationToken ct)
    {
        using var client = tenant.Client();
        for (var number = 0; number < Changes; number++)
        {
            await SendAsync($"Users/{user}", UserDocuments.Change(number.ToString(CultureInfo.InvariantCulture)));
            await SendAsync($"Groups/{group}", UserDocuments.Member(number % 2 == 0 ? "Remove" : "Add", user));
        }

        async Task SendAsync(string path, string json)
        {
            using var request = Operation.WithBody(HttpMethod.Patch, path, json);
            using var response = await client.SendAsync(request, ct);
            response.EnsureSuccessStatusCode();
        }
    }

    static async Task ExecuteAsync(NpgsqlDataSource source, string sql, CancellationToken ct)
    {
        foreach (var statement in sql.Split(";\n"))
        {
            await using var command = source.CreateCommand(statement);
            command.CommandTimeout = 0;
            await command.ExecuteNonQueryAsync(ct);
        }
    }
}
