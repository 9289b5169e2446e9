extern alias compliance;
using System.Text.Json.Nodes;
using compliance::ScimCompliance.Simulate;

namespace ScimProvisioning.Tests.Compliance;

/// <summary>What the simulated agent sends, and when it tries again.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
sealed class AgentTests
{
    const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    // COMP: application-provisioning-config-problem-scim-compatibility.md
    [TestCase(Dialect.Default, """[{"op":"Replace","path":"active","value":"False"}]""")]
    [TestCase(Dialect.Flag, """[{"op":"replace","path":"active","value":false}]""")]
    public void A_disable_has_the_shape_of_the_dialect(Dialect dialect, string operations) =>
        AreSent(
            operations,
            new PatchOperations(dialect).Attributes(
                new Dictionary<string, string> { ["active"] = "True" },
                new Dictionary<string, string> { ["active"] = "False" }
            )
        );

    [TestCase(
        Dialect.Default,
        """
            [{"op":"Replace","path":"displayName","value":"Bjfe"},{"op":"Replace","path":"emails[type eq \"work\"].value","value":"x@y"},
             {"op":"Replace","path":"name.givenName","value":"Kkom"},{"op":"Add","path":"nickName","value":"Babs"}]
            """
    )]
    [TestCase(
        Dialect.Flag,
        """
            [{"op":"replace","path":"emails[type eq \"work\"].value","value":"x@y"},{"op":"add","path":"nickName","value":"Babs"},
             {"op":"replace","value":{"displayName":"Bjfe","name.givenName":"Kkom"}}]
            """
    )]
    public void Several_attributes_have_the_shape_of_the_dialect(Dialect dialect, string operations)
    {
        var sent = new Dictionary<string, string>
        {
            ["displayName"] = "a",
            ["emails[type eq \"work\"].value"] = "a",
            ["name.givenName"] = "a",
        };
        AreSent(
            operations,
            new PatchOperations(dialect).Attributes(
                sent,
                new Dictionary<string, string>
                {
                    ["displayName"] = "Bjfe",
                    ["emails[type eq \"work\"].value"] = "x@y",
                    ["name.givenName"] = "Kkom",
                    ["nickName"] = "Babs",
                }
            )
        );
    }

    [TestCase(Dialect.Default, """[{"op":"Remove","path":"members","value":[{"$ref":null,"value":"u1"},{"$ref":null,"value":"u2"}]}]""")]
    [TestCase(Dialect.Flag, """[{"op":"remove","path":"members[value eq \"u1\"]"},{"op":"remove","path":"members[value eq \"u2\"]"}]""")]
    public void A_removal_of_members_has_the_shape_of_the_dialect(Dialect dialect, string operations) =>
        AreSent(operations, new PatchOperations(dialect).RemoveMembers(["u1", "u2"]));

    [TestCase(false, "271", $$"""[{"op":"Add","path":"{{Enterprise}}:manager","value":"271"}]""")]
    [TestCase(true, "271", $$"""[{"op":"Replace","path":"{{Enterprise}}:manager","value":"271"}]""")]
    [TestCase(true, null, $$"""[{"op":"Replace","path":"{{Enterprise}}:manager","value":""}]""")]
    public void A_manager_is_a_bare_string(bool had, string? manager, string operations) =>
        AreSent(operations, new PatchOperations(Dialect.Default).Manager(had, manager));

    // QUAR: the next cycle, 6 hours after the failure, 12 and 24 hours after the first, then daily, until 28 days are over.
    [Test]
    public void What_keeps_failing_is_tried_again_at_growing_intervals_and_given_up_after_28_days()
    {
        var escrow = new Escrow();
        var tries = new List<double>();
        while (tries.Count < 100 && escrow.AllDue is var due && (due is not null || escrow.IsEmpty))
        {
            escrow.Now = due ?? TimeSpan.Zero;
            Assert.That(escrow.Holds("1", "users"), Is.False);
            escrow.Failed("1", "users", "ada", "500");
            Assert.That(escrow.Holds("1", "users"), Is.True);
            tries.Add(Math.Round(escrow.Now.TotalHours, 2));
        }

        Assert.That(tries.Take(6), Is.EqualTo(new[] { 0, 0.67, 6.67, 12, 24, 48 }));
        Assert.That(tries[^1], Is.EqualTo(28 * 24));
    }

    [Test]
    public void A_cleared_attribute_is_not_sent_and_keeps_its_value()
    {
        var user = new TenantUser
        {
            ObjectId = "1",
            UserPrincipalName = "ada@test.example",
            DisplayName = "Ada",
            Mobile = "+44 1",
        };
        var link = new Link("ada@test.example") { Id = "1", Sent = AttributeMapping.Of(user) };

        Assert.That(UserSynchronization.Expected(user with { Mobile = null }, link), Is.EqualTo(link.Sent));
    }

    static void AreSent(string expected, JsonArray sent) =>
        Assert.That(JsonNode.DeepEquals(sent, JsonNode.Parse(expected)), $"{sent.ToJsonString()} is not {expected}");
}
