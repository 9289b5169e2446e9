using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql;
using Scim;
using ScimProvisioning.Storage.Resources.Search;

namespace ScimProvisioning.Tests.Storage;

/// <summary>A migration computes in the database the same terms and folded text that the server computes.</summary>
[TestFixture, Parallelizable]
sealed class SearchMigrationTests
{
    const string User = """
        {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ÄDA","displayName":"Ada ÉL","active":true,
         "emails":[{"value":"A@B.c","type":"work"},{"value":"x"}],
         "urn:acme:Badge":{"Level":5.50,"since":"2026-01-31T12:00:00+01:00","on":true,"Tags":["a","B"]}}
        """;

    string _database = "";

    [OneTimeSetUp]
    public async Task Upgrade()
    {
        _database = await PostgresFixture.CreateEmptyDatabaseAsync();
        await using var db = PostgresFixture.OpenContext(_database);
        var migrator = db.GetService<IMigrator>();
        await migrator.MigrateAsync("20261121000000_Initial");
        await PostgresFixture.ExecuteAsync(
            $"""
            INSERT INTO resources (connection_id, id, resource_type, attributes, folded, user_name, version, created_at, modified_at)
            VALUES ('{Guid.AllBitsSet}', gen_random_uuid(), 'User', '{User}', '{User}', 'äda', 1, now(), now())
            """,
            _database
        );
        await migrator.MigrateAsync();
    }

    [Test]
    public async Task Resources_from_before_the_migration_are_found_by_the_same_terms()
    {
        var stored = await Ask<long[]>("SELECT terms FROM resources");

        // The migration also adds terms of attributes that have a column; no filter looks for them there.
        Assert.That(stored, Is.SupersetOf(SearchTerms.Of(Guid.AllBitsSet, ResourceType.User, (JsonObject)JsonNode.Parse(User)!)));
        Assert.That(await Ask<string>("SELECT display_name FROM resources"), Is.EqualTo("ada él"));
        Assert.That(await Ask<long>("SELECT sum(count)::bigint FROM resource_counts"), Is.EqualTo(1));
    }

    [Test]
    public async Task The_work_e_mail_of_users_from_before_the_migration_is_in_its_column() =>
        Assert.That(await Ask<string>("SELECT work_email FROM resources"), Is.EqualTo("a@b.c"));

    [Test]
    public async Task Every_character_is_folded_as_the_server_folds_it()
    {
        var all = Enumerable.Range(1, 0x10FFFF).Where(Rune.IsValid).Select(code => new Rune(code).ToString()).ToArray();

        // A million characters: on a busy machine that takes longer than a command may by default.
        await using var source = NpgsqlDataSource.Create(_database + "Command Timeout=300");
        await using var command = source.CreateCommand(
            "SELECT string_agg(scim_fold(part), '' ORDER BY n) FROM unnest($1) WITH ORDINALITY p(part, n)"
        );
        command.CommandTimeout = 300; // a million characters, on a machine that may be busy
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. all.Chunk(5_000).Select(part => string.Concat(part))] });

        Assert.That((string)(await command.ExecuteScalarAsync())! == CaseFolding.Fold(string.Concat(all)), Is.True);
    }

    [TestCase("2026-01-31T12:00:00.1234569+02:00", "2026-01-31 10:00:00.123456+00")]
    [TestCase("2026-01-31T12:00", "2026-01-31 12:00:00+00")]
    [TestCase("2026-02-30T12:00:00Z", null)]
    [TestCase("2026-01-31", null)]
    [TestCase("soon", null)]
    public async Task A_time_is_read_to_the_microsecond_and_any_other_text_is_null(string text, string? time) =>
        Assert.That(await Ask<object>($"SELECT scim_time('{text}')::text"), Is.EqualTo(time ?? (object)DBNull.Value));

    async Task<T> Ask<T>(string sql)
    {
        await using var source = NpgsqlDataSource.Create(_database + "Timezone=UTC");
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
