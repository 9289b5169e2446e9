using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Npgsql;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.Tokens;

namespace ScimProvisioning.Tests.Auth;

/// <summary>The keys of cookies, of several servers on one database.</summary>
[TestFixture, Parallelizable]
sealed class SealedKeysTests
{
    const string CountKeys = "BEGIN; SET LOCAL app.organization_id = '*'; SELECT count(*) FROM portal_keys; COMMIT";

    [Test]
    public async Task Of_two_servers_that_have_both_found_no_key_the_second_takes_that_of_the_first()
    {
        await using var database = NpgsqlDataSource.Create(await PostgresFixture.CreateDatabaseAsync());
        var (one, two) = (Keys(database), Keys(database));
        Assert.That((one.GetAllElements().Count, two.GetAllElements().Count), Is.EqualTo((0, 0)));

        one.StoreElement(new XElement("key", "of one"), "");
        two.StoreElement(new XElement("key", "of two"), "");

        Assert.That(two.GetAllElements().Select(key => key.Value), Is.EqualTo(new[] { "of one" }));
        // Having seen it, a server may replace it.
        two.StoreElement(new XElement("key", "the next"), "");
        Assert.That(one.GetAllElements().Select(key => key.Value), Is.EqualTo(new[] { "of one", "the next" }));
    }

    [Test]
    public async Task A_key_that_another_signing_key_has_sealed_holds_up_no_new_one()
    {
        await using var database = NpgsqlDataSource.Create(await PostgresFixture.CreateDatabaseAsync());
        var (one, two) = (Keys(database), Keys(database, "another signing key, which is long enough"));
        Assert.That((one.GetAllElements().Count, two.GetAllElements().Count), Is.EqualTo((0, 0)));

        one.StoreElement(new XElement("key", "of one"), "");
        two.StoreElement(new XElement("key", "of two"), "");

        Assert.That(two.GetAllElements().Select(key => key.Value), Is.EqualTo(new[] { "of two" }));
    }

    [Test, Repeat(3)]
    public async Task Two_servers_that_start_at_once_on_an_empty_database_read_the_cookies_of_each_other()
    {
        var database = await PostgresFixture.CreateEmptyDatabaseAsync();
        await using var one = new ScimServer(database);
        await using var two = new ScimServer(database);

        await Task.WhenAll(Task.Run(one.StartServer), Task.Run(two.StartServer));

        var (first, second) = (Protector(one), Protector(two));
        Assert.That(second.Unprotect(first.Protect("of one")), Is.EqualTo("of one"));
        Assert.That(first.Unprotect(second.Protect("of two")), Is.EqualTo("of two"));
        await using var command = one.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand(CountKeys);
        Assert.That(await command.ExecuteScalarAsync(), Is.EqualTo(1L));
    }

    static IDataProtector Protector(ScimServer server) =>
        server.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");

    static SealedKeys Keys(NpgsqlDataSource database, string signingKey = ScimServer.SigningKey) =>
        new(database, Options.Create(new SigningKeys { SigningKey = signingKey }), TimeProvider.System);
}
