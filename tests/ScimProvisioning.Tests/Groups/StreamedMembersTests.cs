using System.Text;
using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Groups;

/// <summary>An answer with 100,000 members, about 20 MB, which the server must not hold in memory.</summary>
[TestFixture, Parallelizable]
sealed class StreamedMembersTests
{
    const int Size = 100_000;

    readonly ScimServer _server = new();

    TestDirectory _directory = null!;
    string _group = "";

    [OneTimeSetUp]
    public async Task Fill()
    {
        _directory = await TestDirectory.CreateAsync(_server);
        _group = await _directory.Group("Everybody");
        await _directory.Ask<long>(
            $$"""
            WITH r AS (
                INSERT INTO resources (connection_id, id, resource_type, attributes, user_name, active, version, created_at, modified_at)
                SELECT $1, gen_random_uuid(), 'User', jsonb_build_object('userName', 'u' || i), 'u' || i, true, 1, now(), now()
                FROM generate_series(1, {{Size}}) i RETURNING id
            ), m AS (INSERT INTO group_members SELECT $1, '{{_group}}', id, now() FROM r)
            SELECT count(*) FROM r
            """
        );
    }

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("", 4)]
    [TestCase("?attributes=members.value", 1)]
    public async Task Every_member_of_a_huge_group_is_returned_once_and_in_order(string query, int subAttributes)
    {
        var members = ((JsonArray)(await _directory.Get($"/Groups/{_group}{query}"))["members"]!)
            .Select(member => (JsonObject)member!)
            .ToList();

        var ids = members.ConvertAll(member => (string)member["value"]!);
        var size = await _directory.Ask<long>($"SELECT count(*) FROM group_members WHERE connection_id = $1 AND group_id = '{_group}'");
        Assert.That(ids, Has.Count.EqualTo(size).And.Unique.And.Ordered.Using((IComparer<string>)StringComparer.Ordinal));
        Assert.That(members.Select(member => member.Count), Has.All.EqualTo(subAttributes));
    }

    [TestCase("/Groups/<group>")]
    [TestCase("/Groups?count=1")]
    public async Task Members_are_read_only_as_fast_as_the_client_reads_them(string path)
    {
        var last = (
            await _directory.Ask<Guid>(
                $"SELECT member_id FROM group_members WHERE connection_id = $1 AND group_id = '{_group}' ORDER BY member_id DESC LIMIT 1"
            )
        ).ToString();
        using var client = _server.ClientWith(_directory.Connection.Token);

        using var response = await client.GetAsync(
            new Uri(_directory.Url + path.Replace("<group>", _group, StringComparison.Ordinal)),
            HttpCompletionOption.ResponseHeadersRead
        );
        var length = response.Content.Headers.ContentLength;
        await _directory.Send("DELETE", $"/Users/{last}");
        var body = await response.Content.ReadAsStringAsync();

        Assert.That(length, Is.Null);
        Assert.That(Encoding.UTF8.GetByteCount(JsonNode.Parse(body)!.ToJsonString()), Is.GreaterThan(10_000_000));
        Assert.That(body, Does.Not.Contain(last), "read before the client had read the members before it");
    }
}
