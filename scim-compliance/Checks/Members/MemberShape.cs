namespace ScimCompliance.Checks.Members;

/// <summary>One way of writing a change of members, as a row: letters stand for users.</summary>
/// <param name="Before">Who is in the group first: <c>ab</c>. <paramref name="After"/>: who must be in it then.</param>
/// <param name="Operations">JSON text of the operations, where <c>{a}</c> is the id of user a.</param>
/// <param name="MayRefuse">400 is an answer too, as long as nothing changes that should not.</param>
sealed record MemberShape(
    string Id,
    string Title,
    string Rule,
    Severity Severity,
    string Before,
    string[] Operations,
    string After,
    bool MayRefuse = false
)
{
    public Profiles Profiles { get; init; } = Profiles.All;

    public Check ToCheck(string why, string change) =>
        new(Id, Title, Rule, Severity, Profiles, RunAsync)
        {
            Why = why,
            Change = change,
            Needs = Needs.Groups | Needs.Patch,
        };

    async Task RunAsync(Trial t)
    {
        var users = await t.Users(Letters.Max(letter => letter - 'a') + 1);
        var group = await t.Group(Named(Before));
        var reply = await t.Patch(group, [.. Operations.Select(operation => Filled(operation, users))]);
        if (!MayRefuse || reply.Status is not 400)
            reply.Success();
        await t.Holds(group, Named(After));

        Made[] Named(string letters) => [.. letters.Select(letter => users[letter - 'a'])];
    }

    IEnumerable<char> Letters =>
        $"a{Before}{After}{string.Concat(Operations.SelectMany(operation => "bcd".Where(letter => operation.Contains($"{{{letter}}}", StringComparison.Ordinal))))}";

    static string Filled(string operation, Made[] users) =>
        users
            .Index()
            .Aggregate(operation, (text, user) => text.Replace($"{{{(char)('a' + user.Index)}}}", user.Item.Id, StringComparison.Ordinal));
}
