namespace Scim.Tests.Patching;

/// <summary>
/// Operations on the members of a group become one change. Letters stand for ids, <c>{letters}</c> for a list of members.
/// </summary>
public sealed class MembershipPatchTests
{
    [TestCase("", "")]
    [TestCase("""{"op":"replace","path":"displayName","value":"New"}""", "")]
    [TestCase("""{"op":"Add","path":"members","value":{ab}}""", "+a+b")]
    [TestCase("""{"op":"add","path":"members","value":"<a>"}""", "+a")]
    [TestCase("""{"op":"add","path":"members","value":{"value":"<a>","$ref":null,"type":"User","display":"?"}}""", "+a")]
    [TestCase("""{"op":"add","value":{"members":{a}}}""", "+a")]
    [TestCase("""{"op":"add","path":"members","value":[]}""", "")]
    [TestCase("""{"op":"add","path":"members","value":{aba}}""", "+a+b")]
    [TestCase("""{"op":"Replace","path":"members","value":{ab}}""", "clear+a+b")]
    [TestCase("""{"op":"replace","path":"members","value":[]}""", "clear")]
    [TestCase("""{"op":"replace","path":"members","value":null}""", "clear")]
    [TestCase("""{"op":"Remove","path":"members"}""", "clear", Description = "RFC 7644 §3.5.2.2: all of them")]
    [TestCase("""{"op":"Remove","path":"members","value":{ab}}""", "-a-b")]
    [TestCase("""{"op":"Remove","path":"members","value":[]}""", "", Description = "an empty list removes nothing")]
    [TestCase("""{"op":"remove","path":"members[value eq \"<a>\"]"}""", "-a")]
    [TestCase("""{"op":"remove","path":"members[value eq \"<a>\" or value eq \"<b>\"]"}""", "-a-b")]
    [TestCase("""{"op":"remove","path":"members[value eq \"<a>\"]","value":{b}}""", "-a")]
    public void One_operation_becomes_a_change(string operation, string change) => Assert.That(Fold(operation), Is.EqualTo(change));

    [TestCase("""{"op":"add","path":"members","value":{a}},{"op":"add","path":"members","value":{ab}}""", "+a+b")]
    [TestCase("""{"op":"add","path":"members","value":{ab}},{"op":"remove","path":"members","value":{a}}""", "+b-a")]
    [TestCase("""{"op":"remove","path":"members","value":{ab}},{"op":"add","path":"members","value":{a}}""", "+a-b")]
    [TestCase("""{"op":"add","path":"members","value":{a}},{"op":"remove","path":"members[value eq \"<a>\"]"}""", "-a")]
    [TestCase("""{"op":"add","path":"members","value":{ab}},{"op":"replace","path":"members","value":{b}}""", "clear+b")]
    [TestCase("""{"op":"remove","path":"members","value":{a}},{"op":"replace","path":"members","value":{a}}""", "clear+a")]
    [TestCase("""{"op":"replace","path":"members","value":{a}},{"op":"add","path":"members","value":{b}}""", "clear+a+b")]
    [TestCase("""{"op":"replace","path":"members","value":{ab}},{"op":"remove","path":"members","value":{ac}}""", "clear+b")]
    [TestCase("""{"op":"remove","path":"members"},{"op":"add","path":"members","value":{a}}""", "clear+a")]
    [TestCase("""{"op":"add","path":"members","value":{a}},{"op":"remove","path":"members"}""", "clear")]
    [TestCase("""{"op":"remove","path":"members","value":{a}},{"op":"remove","path":"members"}""", "clear")]
    public void Operations_are_folded_in_order(string operations, string change) => Assert.That(Fold(operations), Is.EqualTo(change));

    [TestCase("""{"op":"remove","path":"members","value":[{"value":"nobody"}]}""")]
    [TestCase("""{"op":"remove","path":"members","value":[{"value":"AAAAAAAA-AAAA-AAAA-AAAA-AAAAAAAAAAAA"}]}""")]
    [TestCase("""{"op":"remove","path":"members","value":[{"value":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}]}""")]
    [TestCase("""{"op":"remove","path":"members","value":[{"type":"User"}]}""")]
    [TestCase("""{"op":"remove","path":"members[value eq \"nobody\"]"}""")]
    [TestCase("""{"op":"remove","path":"members[value eq \"AAAAAAAA-AAAA-AAAA-AAAA-AAAAAAAAAAAA\"]"}""")]
    public void What_cannot_be_an_id_is_not_removed(string operation) => Assert.That(Fold(operation), Is.Empty);

    [TestCase("nobody")]
    [TestCase("AAAAAAAA-AAAA-AAAA-AAAA-AAAAAAAAAAAA")]
    [TestCase("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [TestCase("{aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa}")]
    [TestCase(" aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa")]
    public void What_cannot_be_an_id_is_not_added(string id)
    {
        foreach (var op in (string[])["add", "replace"])
            Assert.That(
                Wire.Refused("invalidValue", () => Split($$"""{"op":"{{op}}","path":"members","value":[{"value":"{{id}}"}]}""")),
                Does.StartWith($"'{id}' is no user or group")
            );
    }

    [TestCase("""{"op":"add","path":"members","value":[{"type":"User"}]}""", "invalidValue", "A member has no 'value'")]
    [TestCase("""{"op":"add","path":"members[value eq \"<a>\"]","value":{"value":"<b>"}}""", "noTarget", "can only be removed")]
    [TestCase("""{"op":"replace","path":"members[type eq \"User\"]","value":{"value":"<b>"}}""", "noTarget", "can only be removed")]
    public void What_members_cannot_do_is_refused(string operation, string scimType, string detail) =>
        Assert.That(Wire.Refused(scimType, () => Split(operation)), Does.Contain(detail));

    [Test]
    public void A_part_of_a_member_cannot_be_changed()
    {
        var part = new PatchOperation(PatchOp.Replace, FilterParser.ParsePath("members.type", ResourceType.Group), "Group");

        Assert.That(Wire.Refused("mutability", () => MembershipPatch.Split([part])), Does.StartWith("'members.type' cannot be changed"));
    }

    [Test]
    public void Other_operations_are_left_in_order()
    {
        var operations = MemberLetters.Parse(
            """
            {"op":"replace","path":"displayName","value":"New"},
            {"op":"add","path":"members","value":{a}},
            {"op":"remove","path":"externalId"}
            """
        );

        var (membership, others) = MembershipPatch.Split(operations);

        Assert.That(others, Is.EqualTo([operations[0], operations[2]]));
        Assert.That(MemberLetters.Show(membership.Added), Is.EqualTo("a"));
    }

    [Test]
    public void Every_member_to_add_is_named_even_when_it_is_removed_again() =>
        Assert.That(
            MemberLetters.Show(
                Split(
                    """
                    {"op":"add","path":"members","value":{ab}},
                    {"op":"remove","path":"members","value":{ad}},
                    {"op":"replace","path":"members","value":{c}}
                    """
                ).Added
            ),
            Is.EqualTo("abc")
        );

    [Test]
    public void Filters_are_resolved_by_the_caller_in_order()
    {
        var membership = Split(
            """
            {"op":"remove","path":"members[display co \"x\"]"},
            {"op":"remove","path":"members[value eq \"<a>\"]"},
            {"op":"add","path":"members","value":{cd}},
            {"op":"remove","path":"members[type eq \"Group\"]"}
            """
        );

        var change = membership.Resolve([MemberLetters.Ids("bc"), MemberLetters.Ids("de")]);

        Assert.That(membership.Filters.Select(filter => filter.ToString()), Is.EqualTo(["display co \"x\"", "type eq \"Group\""]));
        Assert.That(Show(change), Is.EqualTo("+c-a-b-d-e"));
    }

    [TestCase("""value eq "<a>" and type eq "User" """)]
    [TestCase("""value eq "<a>" or display eq "Ada" """)]
    [TestCase("""not (value eq "<a>")""")]
    [TestCase("""value ne "<a>" """)]
    [TestCase("""value sw "a" """)]
    [TestCase("value pr")]
    public void A_filter_that_says_more_than_ids_is_left_to_the_caller(string filter)
    {
        var escaped = filter.Replace("\"", "\\\"", StringComparison.Ordinal);

        Assert.That(Split($$"""{"op":"remove","path":"members[{{escaped}}]"}""").Filters, Has.Count.EqualTo(1));
    }

    [Test]
    public void Every_filter_needs_its_matches() =>
        Assert.That(
            () => Split("""{"op":"remove","path":"members[display co \"x\"]"}""").Resolve([]),
            Throws.InstanceOf<ArgumentOutOfRangeException>()
        );

    [TestCase("", "clear")]
    [TestCase("ab", "clear+a+b")]
    public void A_PUT_leaves_exactly_its_members(string members, string change)
    {
        var membership = MembershipPatch.Exactly(MemberLetters.Ids(members));

        Assert.That(MemberLetters.Show(membership.Added), Is.EqualTo(members));
        Assert.That(Show(membership.Resolve([])), Is.EqualTo(change));
    }

    [TestCase("", ExpectedResult = true)]
    [TestCase("""{"op":"add","path":"members","value":{a}}""", ExpectedResult = false)]
    [TestCase("""{"op":"remove","path":"members","value":{a}}""", ExpectedResult = false)]
    [TestCase("""{"op":"remove","path":"members"}""", ExpectedResult = false)]
    public bool A_change_knows_whether_it_is_empty(string operations) => Split(operations).Resolve([]).IsEmpty;

    static MembershipPatch Split(string operations) => MembershipPatch.Split(MemberLetters.Parse(operations)).Membership;

    static string Fold(string operations) => Show(Split(operations).Resolve([]));

    static string Show(MembershipChange change) =>
        (change.Clear ? "clear" : "")
        + string.Concat(MemberLetters.Show(change.Add).Select(letter => $"+{letter}"))
        + string.Concat(MemberLetters.Show(change.Remove).Select(letter => $"-{letter}"));
}
