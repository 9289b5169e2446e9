using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.NUnit;
using Property = FsCheck.NUnit.PropertyAttribute;

namespace Scim.Tests.Patching;

[Properties(Arbitrary = [typeof(MembershipGenerators)], MaxTest = 300)]
sealed class MembershipProperties
{
    [Property]
    public void The_folded_change_does_what_the_operations_do_one_after_the_other(GroupPatch patch)
    {
        var operations = MemberLetters.Parse(patch.Operations);

        var members = operations.Aggregate(MemberLetters.Ids(patch.Members), (now, operation) => Applied([operation], now));

        Assert.That(Applied(operations, MemberLetters.Ids(patch.Members)), Is.EquivalentTo(members));
    }

    [Property]
    public void Members_kept_as_rows_change_as_members_in_a_document_do(GroupPatch patch)
    {
        var operations = MemberLetters.Parse(patch.Operations);
        var group = Wire.Json($$"""{"displayName":"G","members":{{MemberLetters.Members(patch.Members)}}}""");

        var patched = Patcher.Apply(group, operations, ResourceType.Group);

        Assert.That(Applied(operations, MemberLetters.Ids(patch.Members)), Is.EquivalentTo(MemberIds.Read(patched["members"])));
    }

    [Property]
    public void A_member_is_added_or_removed_but_not_both(GroupPatch patch)
    {
        var change = Resolve(MemberLetters.Parse(patch.Operations), MemberLetters.Ids(patch.Members));

        Assert.That(change.Add.Overlaps(change.Remove), Is.False);
        Assert.That(change is { Clear: true, Remove.Count: > 0 }, Is.False);
    }

    static HashSet<Guid> Applied(IReadOnlyList<PatchOperation> operations, HashSet<Guid> members)
    {
        var change = Resolve(operations, members);
        return [.. (change.Clear ? [] : members.Except(change.Remove)).Union(change.Add)];
    }

    /// <summary>Answers the filters as a server does: on the members that are there and those to be added.</summary>
    static MembershipChange Resolve(IReadOnlyList<PatchOperation> operations, HashSet<Guid> members)
    {
        var membership = MembershipPatch.Split(operations).Membership;
        var candidates = members.Union(membership.Added).ToList();
        return membership.Resolve([
            .. membership.Filters.Select(filter =>
                candidates.Where(id => FilterEvaluator.Matches(filter, new JsonObject { ["value"] = id.ToString() })).ToList()
            ),
        ]);
    }
}

/// <summary>Members of a group as letters, and operations on it, with <c>{letters}</c> for lists of members.</summary>
sealed record GroupPatch(string Members, string Operations);

static class MembershipGenerators
{
    static readonly Gen<string> Letters = Gen.SubListOf("abcdef".ToCharArray()).Select(letters => string.Concat(letters));

    static readonly Gen<char> Letter = Gen.Elements("abcdef".ToCharArray());

    public static Arbitrary<GroupPatch> Patch() =>
        Arb.From(
            Letters
                .Zip(Gen.Choose(0, 6).SelectMany(count => Operation().ListOf(count)))
                .Select(patch => new GroupPatch(patch.Item1, string.Join(",", patch.Item2)))
        );

    static Gen<string> Operation() =>
        Gen.OneOf(
            Gen.Elements("add", "Add", "replace", "remove")
                .Zip(Letters)
                .Select(o => $$"""{"op":"{{o.Item1}}","path":"members","value":{{MemberLetters.Members(o.Item2)}}}"""),
            Filter().Select(filter => $$"""{"op":"remove","path":"members[{{filter}}]"}"""),
            Gen.Elements(
                """{"op":"remove","path":"members"}""",
                """{"op":"remove","path":"members","value":[{"value":"nobody"}]}""",
                """{"op":"replace","path":"displayName","value":"H"}"""
            )
        );

    static Gen<string> Filter() =>
        Gen.OneOf(
            Letter.Select(letter => $"""value eq \"<{letter}>\" """),
            Letter.Zip(Letter).Select(both => $"""value eq \"<{both.Item1}>\" or value eq \"<{both.Item2}>\" """),
            Letter.Select(letter => $"""value sw \"{letter}\" """),
            Letter.Zip(Letter).Select(both => $"""value eq \"<{both.Item1}>\" or value ew \"{both.Item2}\" """),
            Letter.Select(letter => $"""not (value eq \"<{letter}>\")"""),
            Gen.Elements("value pr", "display pr", """value eq \"nobody\" """)
        );
}
