namespace ScimProvisioning.Tests.Projection;

/// <summary>Sends random changes of a small directory: names, uids, managers, memberships, deletions and returns.</summary>
sealed class RandomDirectory(Random random)
{
    const int Names = 30;
    const int GroupNames = 5;

    readonly Lock _gate = new();
    readonly List<string> _users = [];
    readonly List<string> _groups = [];

    int _answered;

    /// <summary>Requests that were answered so far.</summary>
    public int Answered => Volatile.Read(ref _answered);

    public async Task ChangeAsync(TestDirectory directory)
    {
        var (kind, name, user, other, group) = Draw();
        switch (kind)
        {
            case < 3:
            case var _ when user is null || group is null:
                await CreateAsync(directory, kind, name);
                break;
            case < 6:
                await directory.Patch($"/Users/{user}", $$"""{"op":"replace","path":"title","value":"{{kind}}{{name}}"}""");
                break;
            case < 8:
                await directory.Patch(
                    $"/Users/{user}",
                    $$"""{"op":"replace","path":"active","value":{{(kind == 6 ? "false" : "true")}}}"""
                );
                break;
            case 8:
                await directory.Patch($"/Users/{user}", $$"""{"op":"replace","path":"externalId","value":"{{Uid(name)}}"}""");
                break;
            case 9:
                await directory.Patch(
                    $"/Users/{user}",
                    $$"""{"op":"replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":"{{other}}"}"""
                );
                break;
            case < 14:
                await directory.Patch($"/Groups/{group}", $$"""{"op":"add","path":"members","value":[{"value":"{{user}}"}]}""");
                break;
            case 14:
                await directory.Patch($"/Groups/{group}", $$"""{"op":"remove","path":"members[value eq \"{{user}}\"]"}""");
                break;
            case 15:
                await directory.Patch($"/Groups/{group}", $$"""{"op":"replace","path":"displayName","value":"Group {{name}}"}""");
                break;
            case 16:
                await directory.Send("DELETE", $"/Users/{user}");
                break;
            default:
                await directory.Send("DELETE", $"/Groups/{group}");
                break;
        }
        Interlocked.Increment(ref _answered);
    }

    (int Kind, int Name, string? User, string? Other, string? Group) Draw()
    {
        lock (_gate)
            return (random.Next(18), random.Next(Names), Any(_users), Any(_users), Any(_groups));

        string? Any(List<string> ids) => ids.Count == 0 ? null : ids[random.Next(ids.Count)];
    }

    async Task CreateAsync(TestDirectory directory, int kind, int name)
    {
        var isGroup = kind % 3 == 0;
        var answer = isGroup
            ? await directory.Send("POST", "/Groups", $$"""{"displayName":"Group {{name % GroupNames}}"}""")
            : await directory.Send("POST", "/Users", $$"""{"userName":"user{{name}}","externalId":"{{Uid(name)}}"}""");
        if (answer.Status != 201)
            return;
        lock (_gate)
            (isGroup ? _groups : _users).Add((string)answer["id"]!);
    }

    static string Uid(int name) => $"11111111-0000-4000-8000-{name:d12}";
}
