namespace ScimCompliance.Checks.Members;

/// <summary>One form of a PATCH of members, in which letters stand for users.</summary>
sealed record MemberPatchCase
{
    public required string Id { get; init; }

    public required string Title { get; init; }

    public required string Rule { get; init; }

    public required Severity Severity { get; init; }

    public Profiles Profiles { get; init; } = Profiles.All;

    /// <summary>400 is accepted too, when the members then are as expected.</summary>
    public bool MayBeRefused { get; init; }

    /// <summary>The members before: <c>ab</c>.</summary>
    public required string Before { get; init; }

    /// <summary>JSON text of the operations, where <c>{a}</c> is the id of user a.</summary>
    public required string[] Operations { get; init; }

    /// <summary>The members that the group must have then.</summary>
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

    IEnumerable<char> Letters => Before.Concat(After).Concat("bcd".Where(IsInOperations)).Append('a');

    bool IsInOperations(char letter) => Operations.Any(operation => operation.Contains($"{{{letter}}}", StringComparison.Ordinal));

    static string Filled(string operation, CreatedResource[] users) =>
        users
            .Index()
            .Aggregate(operation, (text, user) => text.Replace($"{{{(char)('a' + user.Index)}}}", user.Item.Id, StringComparison.Ordinal));
}
