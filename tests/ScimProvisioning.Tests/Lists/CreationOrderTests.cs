using ScimProvisioning.Storage.Resources;
using ScimProvisioning.Tests.Bulk;

namespace ScimProvisioning.Tests.Lists;

/// <summary>A list without <c>sortBy</c> is in the order of creation, also of what one millisecond makes.</summary>
[TestFixture, Parallelizable]
sealed class CreationOrderTests
{
    [Test]
    public void Ids_of_one_millisecond_are_in_the_order_in_which_they_were_made()
    {
        var (ids, now) = (new ResourceIds(), new DateTimeOffset(2026, 11, 29, 12, 0, 0, TimeSpan.Zero));

        var made = Enumerable.Range(0, 10_000).Select(_ => ids.Next(now).ToString()).ToList();
        made.Add(ids.Next(now.AddHours(-1)).ToString()); // a clock that was set back
        made.Add(ids.Next(now.AddSeconds(1)).ToString());

        Assert.That(made, Is.Ordered.Using((IComparer<string>)StringComparer.Ordinal).And.Unique);
        Assert.That(made.Select(id => (id[14], "89ab".Contains(id[19]))), Is.All.EqualTo(('7', true)), "version and variant");
    }

    [Test]
    public void Ids_made_at_once_are_all_different()
    {
        var (ids, now) = (new ResourceIds(), new DateTimeOffset(2026, 11, 29, 12, 0, 0, TimeSpan.Zero));
        var made = new Guid[40_000];

        Parallel.For(0, made.Length, i => made[i] = ids.Next(now));

        Assert.That(made.Distinct().Count(), Is.EqualTo(made.Length));
    }

    [Test]
    public async Task Resources_of_one_millisecond_are_listed_in_the_order_of_their_creation()
    {
        await using var server = new ScimServer();
        server.Clock.AutoAdvanceAmount = TimeSpan.Zero;
        var directory = await TestDirectory.CreateAsync(server);
        var names = Enumerable.Range(0, 40).Select(i => $"u{39 - i}").ToArray();

        foreach (var name in names[..20])
            await directory.User(name);
        await directory.Outcomes(string.Join(',', names[20..].Select(name => BulkClient.PostUser(name, name))));

        var listed = await directory.Get("/Users");
        Assert.That(listed.Resources.Select(user => (string?)user["userName"]), Is.EqualTo(names));
        Assert.That(listed.Resources.Select(user => (string?)user["meta"]!["created"]).Distinct().Count(), Is.EqualTo(1));
    }

    [Test]
    public async Task The_key_of_a_connection_opens_it_in_any_letter_case()
    {
        await using var server = new ScimServer();
        var directory = await TestDirectory.CreateAsync(server);
        using var client = server.ClientWith(directory.Connection.Token);

        foreach (var key in new[] { directory.Connection.Key.ToUpperInvariant(), "Con" + directory.Connection.Key[3..] })
            Assert.That((int)(await client.GetAsync($"/scim/v2/{key}/Users")).StatusCode, Is.EqualTo(200), key);
    }
}
