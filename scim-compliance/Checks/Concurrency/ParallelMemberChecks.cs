using ScimCompliance.Http;
using static ScimCompliance.Checks.Severity;

namespace ScimCompliance.Checks.Concurrency;

/// <summary>Changes of one group that arrive at the same time, as Entra sends them: hundreds of requests after one read.</summary>
static class ParallelMemberChecks
{
    const int Many = 16;
    const string Infisical = "Infisical/infisical#6471; learn.microsoft.com/answers/questions/1195656";
    const string Why = "People are missing from groups at random, and there is no error: Entra was told that all went well.";
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
            Steps = async run =>
            {
                var users = await run.CreateUsers(Many);
                var group = await run.CreateGroup();
                var replies = await Task.WhenAll(users.Select(user => run.Patch(group, Add(user))));
                await run.ExpectMembers(group, Accepted(users, replies));
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
            Steps = async run =>
            {
                var users = await run.CreateUsers(Many);
                var group = await run.CreateGroup();
                foreach (var reply in await Task.WhenAll(users.Select(user => run.Patch(group, Add(user)))))
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
            Steps = async run =>
            {
                var users = await run.CreateUsers(Many);
                var (leave, join) = (users[..(Many / 2)], users[(Many / 2)..]);
                var group = await run.CreateGroup(users[..(Many / 2 + 1)]);
                (await run.Patch(group, Remove(join[0]))).RequireSuccess();
                if ((await run.MemberIds(group)).Length != leave.Length)
                    throw new Blocked("Removing one member takes out another number of members (members.remove.default)");
                var replies = await Task.WhenAll(users.Select((user, at) => run.Patch(group, at < Many / 2 ? Remove(user) : Add(user))));
                CreatedResource[] stay = [.. leave.Where((_, at) => !replies[at].IsSuccess)];
                await run.ExpectMembers(group, [.. stay, .. Accepted(join, replies[(Many / 2)..], stay is [])]);
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
            Why = "A user who is a member twice stays one after one removal.",
            Change = "Make group and member together unique, and treat a second insert as success.",
            Steps = async run =>
            {
                var (user, group) = (await run.CreateUser(), await run.CreateGroup());
                var replies = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => run.Patch(group, Add(user))));
                _ = Accepted([.. replies.Select(_ => user)], replies);
                await run.ExpectMembers(group, user);
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
            Steps = async run =>
            {
                var users = await run.CreateUsers(8);
                var (group, name) = (await run.CreateGroup(), run.NewName());
                var renaming = run.Patch(group, $$"""{"op":"replace","path":"displayName","value":"{{name}}"}""");
                var replies = await Task.WhenAll(users.Select(user => run.Patch(group, Add(user))));
                var renamed = (await renaming).RequireSuccess();
                await run.ExpectMembers(group, Accepted(users, replies));
                (await run.Read(group)).Is("displayName", name);
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
            Why = "The app shows members who do not exist, and no client will ever remove them.",
            Change =
                "Lock the user while you add the membership (or let the database keep the reference), "
                + "and delete memberships with the user.",
            Steps = async run =>
            {
                var users = await run.CreateUsers(8);
                var group = await run.CreateGroup();
                var adding = users.Select(user => run.Patch(group, Add(user))).ToList();
                foreach (var reply in await Task.WhenAll(users.Select(user => run.Delete(user.Path))))
                    reply.RequireSuccess();
                await Task.WhenAll(adding);
                if ((await run.Get(users[0].Path)).IsSuccess)
                    throw new Blocked("A deleted user can still be read");
                await run.ExpectMembers(group);
            },
        },
    ];

    static string Add(CreatedResource user) => $$"""{"op":"add","path":"members","value":[{"value":"{{user.Id}}"}]}""";

    static string Remove(CreatedResource user) => $$"""{"op":"remove","path":"members","value":[{"value":"{{user.Id}}"}]}""";

    // Another check reports refused requests. Here, what was accepted must be there.
    static CreatedResource[] Accepted(CreatedResource[] users, Reply[] replies, bool some = true)
    {
        CreatedResource[] accepted = [.. users.Where((_, at) => replies[at].IsSuccess)];
        return accepted is [] && some
            ? throw new Blocked($"None of {users.Length} requests at the same time succeeded: {replies[0].Summary}")
            : accepted;
    }
}
