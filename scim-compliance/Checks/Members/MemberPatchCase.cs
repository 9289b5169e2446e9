namespace ScimCompliance.Checks.Members;

/// <summary>One way of writing a change of members, as a row: letters stand for users.</summary>
sealed record MemberPatchCase
{
    public required string Id { get; init; }

    public required string Title { get; init; }

    public required string Rule { get; init; }

    public required Severity Severity { get; init; }

    public Profiles Profiles { get; init; } = Profiles.All;

    /// <summary>400 is an answer too, as long as nothing changes that should not.</summary>
    public bool MayBeRefused { get; init; }

    /// <summary>Who is in the group first: <c>ab</c>.</summary>
    public required string Before { get; init; }

    /// <summary>JSON text of the operations, where <c>{a}</c> is the id of user a.</summary>
    public required string[] Operations { get; init; }

    /// <summary>Who must be in the group then.</summary>
    public required string After { get; init; }

    public Check ToCheck(string why, string change) =>
        new()
        {
            Id = Id,
            Title = Title,
            Rule = Rule,
            Severity = Severity,
            Profiles = Profiles,
            Needs = Needs.Groups | Needs.Patch,
            Why = why,
            Change = change,
            Steps = RunAsync,
        };

    async Task RunAsync(CheckRun run)
    {
        var users = await run.CreateUsers(Letters.Max(letter => letter - 'a') + 1);
        var group = await run.CreateGroup(Named(Before));
        var reply = await run.Patch(group, [.. Operations.Select(operation => Filled(operation, users))]);
        if (!MayBeRefused || reply.Status is not 400)
            reply.Success();
        await run.ExpectMembers(group, Named(After));

        CreatedResource[] Named(string letters) => [.. letters.Select(letter => users[letter - 'a'])];
    }

    IEnumerable<char> Letters =>
        $"a{Before}{After}{string.Concat(Operations.SelectMany(operation => "bcd".Where(letter => operation.Contains($"{{{letter}}}", StringComparison.Ordinal))))}";

    static string Filled(string operation, CreatedResource[] users) =>
        users
            .Index()
            .Aggregate(operation, (text, user) => text.Replace($"{{{(char)('a' + user.Index)}}}", user.Item.Id, StringComparison.Ordinal));
}
