using System.Diagnostics;

namespace ScimProvisioning.Tests.Groups;

/// <summary>Whole lists of 20,000 members, as Okta's PUT and a first <c>replace</c> send them.</summary>
[TestFixture, Parallelizable]
sealed class ManyMembersTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public Task Whole_lists_are_compared_in_linear_time() => Growth.AssertLinearAsync(ChangeWholeListsAsync, 20_000);

    async Task<TimeSpan> ChangeWholeListsAsync(int size)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var group = await directory.Group("Everybody");
        var ids = (
            await directory.Ask<Guid[]>(
                $$"""
                WITH r AS (
                    INSERT INTO resources (connection_id, id, resource_type, attributes, user_name, active, version, created_at,
                        modified_at)
                    SELECT $1, gen_random_uuid(), 'User', jsonb_build_object('userName', 'u' || i), 'u' || i, true, 1, now(), now()
                    FROM generate_series(1, {{size}}) i RETURNING id
                ) SELECT array_agg(id) FROM r
                """
            )
        ).Select(id => id.ToString()).ToArray();
        var time = Stopwatch.StartNew();

        var all = await directory.Send(
            "PUT",
            $"/Groups/{group}?excludedAttributes=members",
            $$"""{"displayName":"Everybody","members":{{TestDirectory.Members(ids)}}}"""
        );
        var same = await directory.Patch(
            $"/Groups/{group}",
            $$"""{"op":"replace","path":"members","value":{{TestDirectory.Members(ids)}}}"""
        );
        var half = await directory.Patch(
            $"/Groups/{group}",
            $$"""{"op":"remove","path":"members","value":{{TestDirectory.Members(ids[..(size / 2)])}}}"""
        );

        var elapsed = time.Elapsed;
        Assert.That((all.ETag, same.ETag, half.ETag), Is.EqualTo(("W/\"2\"", "W/\"2\"", "W/\"3\"")));
        Assert.That(await directory.MembersOf(group), Is.EquivalentTo(ids[(size / 2)..]));
        return elapsed;
    }
}
