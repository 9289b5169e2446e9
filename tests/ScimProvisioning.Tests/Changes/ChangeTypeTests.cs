using Npgsql;
using Scim;
using ScimProvisioning.Storage.Changes;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Tests.House;

namespace ScimProvisioning.Tests.Changes;

/// <summary>The types of changes are a closed list, and one file writes them.</summary>
[TestFixture, Parallelizable]
sealed class ChangeTypeTests
{
    const string Page = "docs/change-types.md";

    static readonly ChangeType[] OfResources = [.. ResourceTypes.BuiltIn.All.SelectMany(ChangeType.OfResources)];

    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public void No_two_have_the_same_name()
    {
        var names = OfResources.Concat(ChangeType.OfConnections).Select(type => type.Name).Concat(AuditAction.All.Select(a => a.Name));

        Assert.That(names, Is.Unique.And.All.Match("^[a-z_]+\\.[a-z_]+$"));
    }

    [Test]
    public async Task Both_logs_hold_only_what_is_listed()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var connection = directory.Connection.Id;
        await directory.Send("DELETE", $"/Groups/{await directory.Group("Design", await directory.User("ada"))}");
        foreach (var action in (string[])["enable", "pause", "resume", "disable", "enable", "disconnect", "reconnect"])
            await _server.Send(HttpMethod.Post, $"/connections/{connection}/{action}");
        await _server.Send(HttpMethod.Delete, $"/connections/{connection}?users=remove");
        await Wait.UntilAsync(
            () => directory.Ask<bool>("SELECT EXISTS (SELECT FROM changes WHERE connection_id = $1 AND type = 'user.deleted')"),
            "the users are removed"
        );

        // The shared database: what other tests have written by now is judged, too.
        var changes = await Distinct("SELECT DISTINCT type, resource_type FROM changes");
        var actions = await Distinct("SELECT DISTINCT action, '' FROM audit_log");

        var listed = ChangeType.OfConnections.Select(type => type.Name).ToArray();
        Assert.That(changes.Where(change => change.Type is "Connection").Select(change => change.Name), Is.SubsetOf(listed));
        Assert.That(
            changes.Where(change => change.Type is not "Connection" && !IsOfResource(change.Name, change.Type)),
            Is.Empty,
            "not made by ChangeType"
        );
        Assert.That(actions.Select(action => action.Name), Is.SubsetOf(listed.Concat(AuditAction.All.Select(a => a.Name))));
        Assert.That(
            changes.Select(change => change.Name),
            Is.SupersetOf(new[] { "user.created", "user.deleted", "group.deleted", "connection.reconnected", "connection.deleted" })
        );
    }

    [Test]
    public void The_documentation_lists_them()
    {
        var types = Table(OfResources.Concat(ChangeType.OfConnections), t => t.Name, t => t.Description);
        var actions = Table(AuditAction.All, a => a.Name, a => a.Description);

        var expected = ProjectFolder.Between(File.ReadAllText(ProjectFolder.Find(Page)), "change types", types);
        expected = ProjectFolder.Between(expected, "audit actions", actions);

        ProjectFolder.RequireGenerated(Page, expected, "SCIM_WRITE_CHANGE_TYPES", nameof(ChangeTypeTests));
    }

    [Test]
    public void One_file_writes_the_change_log()
    {
        var writers = SourceGraph.Files.Where(file => Source(file).Contains("INTO changes", StringComparison.OrdinalIgnoreCase));

        Assert.That(writers, Is.EqualTo(new[] { "Storage/Changes/ChangeLog.cs" }));
    }

    [Test]
    public void One_file_makes_the_JSON_of_members_that_came_and_went()
    {
        var makers = SourceGraph.Files.Where(file => Source(file).Contains("'removed',", StringComparison.Ordinal));

        Assert.That(makers, Is.EqualTo(new[] { "Storage/Changes/ChangeLog.cs" }));
    }

    static string Source(string file) => File.ReadAllText(Path.Combine(SourceGraph.Source, file));

    static bool IsOfResource(string name, string resourceType) =>
        ((string[])["created", "updated", "deleted", "restored"]).Any(what => name == $"{CaseFolding.Fold(resourceType)}.{what}");

    static async Task<List<(string Name, string Type)>> Distinct(string query)
    {
        await using var database = NpgsqlDataSource.Create(PostgresFixture.ConnectionString);
        await using var command = database.CreateCommand(query);
        await using var rows = await command.ExecuteReaderAsync();
        var found = new List<(string, string)>();
        while (await rows.ReadAsync())
            found.Add((rows.GetString(0), rows.GetString(1)));
        return found;
    }

    static string Table<T>(IEnumerable<T> all, Func<T, string> name, Func<T, string> description) =>
        "\n| name | what happened |\n|---|---|\n" + string.Concat(all.Select(one => $"| `{name(one)}` | {description(one)} |\n")) + "\n";
}
