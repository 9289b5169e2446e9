using ScimCompliance.Http;

namespace ScimCompliance.Checks;

/// <summary>Creates groups with members, and compares the members of a group.</summary>
static class Memberships
{
    /// <summary>Creates this many users, several at a time.</summary>
    public static async Task<CreatedResource[]> CreateUsers(this CheckRun run, int count)
    {
        var users = new List<CreatedResource>();
        foreach (var some in Enumerable.Range(0, count).Chunk(8))
            users.AddRange(await Task.WhenAll(some.Select(_ => run.CreateUser())));
        return [.. users];
    }

    /// <summary>Creates a group with these members, as preparation.</summary>
    public static async Task<CreatedResource> CreateGroup(this CheckRun run, params CreatedResource[] members)
    {
        if (members is [])
            return await run.Create("/Groups", run.GroupJson());
        var list = $"[{string.Join(',', members.Select(member => $$"""{"value":"{{member.Id}}"}"""))}]";
        var group = await run.Create("/Groups", run.GroupJson($$"""{"members":{{list}}}"""));
        if (Same(await run.MemberIds(group), members))
            return group;
        // Some servers take members by PATCH only, as Entra sends them.
        await run.Patch(group, $$"""{"op":"add","path":"members","value":{{list}}}""");
        return Same(await run.MemberIds(group), members)
            ? group
            : throw new Blocked("A group with members could not be prepared: they are taken neither by POST nor by PATCH");
    }

    /// <summary>Ids of the members of a group, sorted.</summary>
    public static async Task<string[]> MemberIds(this CheckRun run, CreatedResource group) =>
        [.. (await run.Read(group))["members"].Items().Select(member => member.At("value").Text()).Order(StringComparer.Ordinal)];

    /// <summary>Expects the group to have exactly these members, each once.</summary>
    public static async Task ExpectMembers(this CheckRun run, CreatedResource group, params CreatedResource[] expected)
    {
        var ids = await run.MemberIds(group);
        if (Same(ids, expected))
            return;
        var names = expected.DistinctBy(member => member.Id).ToDictionary(member => member.Id, member => member.Name);
        throw new CheckFailed(
            $"the group then has {Listed([.. expected.Select(member => member.Name)])}",
            $"it has {Listed([.. ids.Select(id => names.GetValueOrDefault(id, id))])}"
        );
    }

    static bool Same(string[] sorted, CreatedResource[] expected) =>
        sorted.SequenceEqual(expected.Select(member => member.Id).Order(StringComparer.Ordinal));

    static string Listed(string[] members) =>
        members switch
        {
            [] => "no members",
            { Length: > 8 } => $"{members.Length} members",
            _ => $"the member{(members is [_] ? "" : "s")} {string.Join(", ", members)}",
        };
}
