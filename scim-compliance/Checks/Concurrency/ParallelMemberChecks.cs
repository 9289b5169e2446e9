using ScimCompliance.Wire;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Concurrency;

/// <summary>Changes of one group that arrive at the same time, as Entra sends them: hundreds of requests after one read.</summary>
static class ParallelMemberChecks
{
    const int Many = 16;
    const string Infisical = "Infisical/infisical#6471; learn.microsoft.com/answers/questions/1195656";
    const string Why = "People are missing from groups at random, and nobody sees an error: Entra was told that all went well.";
    const string Change = "Keep members in a table of their own, one row each, instead of reading, changing and writing back a list.";

    public static IReadOnlyList<Check> All { get; } =
    [
        new()
        {
            Id = "concurrency.members.add",
            Title = "Of members added to one group at the same time none is lost",
            Rule = Infisical,
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Groups | Needs.Patch,
            Why = Why,
            Change = Change,
            Run = async t =>
            {
                var users = await t.Users(Many);
                var group = await t.Group();
                var replies = await Task.WhenAll(users.Select(user => t.Patch(group, Add(user))));
                await t.Holds(group, Accepted(users, replies));
            },
        },
        new()
        {
            Id = "concurrency.members.accepted",
            Title = "Members added to one group at the same time are all accepted",
            Rule = Infisical,
            Severity = Should,
            Profiles = Profiles.All,
            Needs = Needs.Groups | Needs.Patch,
            Why = "What is refused comes again in the next cycle only, 40 minutes later, and counts towards quarantine.",
            Change = "Wait for the other change, or try again yourself, instead of answering with a conflict or an error.",
            Run = async t =>
            {
                var users = await t.Users(Many);
                var group = await t.Group();
                foreach (var reply in await Task.WhenAll(users.Select(user => t.Patch(group, Add(user)))))
                    reply.Success();
            },
        },
        new()
        {
            Id = "concurrency.members.add-remove",
            Title = "Members added and others removed at the same time end as they should",
            Rule = Infisical,
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Groups | Needs.Patch,
            Why = Why,
            Change = Change,
            Run = async t =>
            {
                var users = await t.Users(Many);
                var (leave, join) = (users[..(Many / 2)], users[(Many / 2)..]);
                var group = await t.Group(users[..(Many / 2 + 1)]);
                (await t.Patch(group, Remove(join[0]))).Prepared();
                if ((await t.Members(group)).Length != leave.Length)
                    throw new Blocked("Removing one member takes out another number of members (members.remove.default)");
                var replies = await Task.WhenAll(users.Select((user, at) => t.Patch(group, at < Many / 2 ? Remove(user) : Add(user))));
                Made[] stay = [.. leave.Where((_, at) => !replies[at].IsSuccess)];
                await t.Holds(group, [.. stay, .. Accepted(join, replies[(Many / 2)..], stay is [])]);
            },
        },
        new()
        {
            Id = "concurrency.members.same",
            Title = "A member added several times at once is in the group once",
            Rule = Infisical,
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Groups | Needs.Patch,
            Why = "A member who is in twice stays in after one removal.",
            Change = "Make group and member together unique, and take a second insert as success.",
            Run = async t =>
            {
                var (user, group) = (await t.User(), await t.Group());
                var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => t.Patch(group, Add(user))));
                _ = Accepted([.. replies.Select(_ => user)], replies);
                await t.Holds(group, user);
            },
        },
        new()
        {
            Id = "concurrency.members.rename",
            Title = "A rename and added members at the same time are all kept",
            Rule = Infisical,
            Severity = Must,
            Profiles = Profiles.All,
            Needs = Needs.Groups | Needs.Patch,
            Why = "Either the new name or some members are lost, depending on who came last.",
            Change = Change,
            Run = async t =>
            {
                var users = await t.Users(8);
                var (group, name) = (await t.Group(), t.NewName());
                var renaming = t.Patch(group, $$"""{"op":"replace","path":"displayName","value":"{{name}}"}""");
                var replies = await Task.WhenAll(users.Select(user => t.Patch(group, Add(user))));
                var renamed = (await renaming).Prepared();
                await t.Holds(group, Accepted(users, replies));
                (await t.Read(group)).Is("displayName", name);
            },
        },
        new()
        {
            Id = "concurrency.members.deleted",
            Title = "Users who are deleted while they are added leave no trace in the group",
            Rule = "RFC 7643 §4.2: a member is a SCIM resource",
            Severity = Should,
            Profiles = Profiles.Rfc | Profiles.Entra,
            Needs = Needs.Groups | Needs.Patch,
            Why = "The app shows members who do not exist, and no client will ever take them out.",
            Change =
                "Lock the user while you add the membership (or let the database keep the reference), and delete memberships with the user.",
            Run = async t =>
            {
                var users = await t.Users(8);
                var group = await t.Group();
                var adding = users.Select(user => t.Patch(group, Add(user))).ToList();
                foreach (var reply in await Task.WhenAll(users.Select(user => t.Delete(user.Path))))
                    reply.Prepared();
                await Task.WhenAll(adding);
                if ((await t.Get(users[0].Path)).IsSuccess)
                    throw new Blocked("A deleted user can still be read");
                await t.Holds(group);
            },
        },
    ];

    static string Add(Made user) => $$"""{"op":"add","path":"members","value":[{"value":"{{user.Id}}"}]}""";

    static string Remove(Made user) => $$"""{"op":"remove","path":"members","value":[{"value":"{{user.Id}}"}]}""";

    // What was refused counts in another check; what was accepted must be there.
    static Made[] Accepted(Made[] users, Reply[] replies, bool some = true)
    {
        Made[] accepted = [.. users.Where((_, at) => replies[at].IsSuccess)];
        return accepted is [] && some
            ? throw new Blocked($"None of {users.Length} requests at the same time succeeded: {replies[0].Summary}")
            : accepted;
    }
}
