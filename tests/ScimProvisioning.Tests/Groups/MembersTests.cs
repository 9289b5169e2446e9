using System.Text.Json.Nodes;

namespace ScimProvisioning.Tests.Groups;

/// <summary>The members after each kind of change. The group has the users a and b at first; c and d exist too.</summary>
[TestFixture, Parallelizable]
sealed class MembersTests
{
    readonly ScimServer _server = new();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    // Letters stand for ids; {letters} for a list of values.
    [TestCase("""{"op":"Add","path":"members","value":{c}}""", "abc")]
    [TestCase("""{"op":"add","path":"MEMBERS","value":{cd}}""", "abcd")]
    [TestCase("""{"op":"add","path":"members","value":"<c>"}""", "abc", Description = "a bare string")]
    [TestCase("""{"op":"add","path":"members","value":["<c>"]}""", "abc")]
    [TestCase("""{"op":"add","path":"members","value":{"value":"<c>","$ref":null,"type":"User","display":"?"}}""", "abc")]
    [TestCase("""{"op":"add","value":{"members":{c}}}""", "abc", Description = "path-less")]
    [TestCase("""{"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:Group:members","value":{c}}""", "abc")]
    [TestCase("""{"op":"add","path":"members","value":[]}""", "ab")]
    [TestCase("""{"op":"add","path":"members","value":{abccc}}""", "abc")]
    [TestCase("""{"op":"Replace","path":"members","value":{bc}}""", "bc")]
    [TestCase("""{"op":"replace","path":"members","value":"<c>"}""", "c")]
    [TestCase("""{"op":"replace","value":{"members":{cd}}}""", "cd")]
    [TestCase("""{"op":"replace","path":"members","value":[]}""", "")]
    [TestCase("""{"op":"replace","path":"members","value":null}""", "")]
    [TestCase("""{"op":"replace","value":{"displayName":"New"}}""", "ab", Description = "a rename keeps them")]
    [TestCase("""{"op":"replace","value":{"id":"<group>","displayName":"New"}}""", "ab", Description = "Okta repeats the id")]
    [TestCase("""{"op":"Remove","path":"members","value":{a}}""", "b")]
    [TestCase("""{"op":"Remove","path":"members","value":[{"$ref":null,"value":"<a>"}]}""", "b")]
    [TestCase("""{"op":"remove","path":"members","value":"<a>"}""", "b")]
    [TestCase("""{"op":"remove","path":"members","value":{cd}}""", "ab")]
    [TestCase("""{"op":"remove","path":"members","value":[]}""", "ab", Description = "an empty list removes nothing")]
    [TestCase("""{"op":"remove","path":"members","value":[{"value":"nobody"}]}""", "ab")]
    [TestCase("""{"op":"remove","path":"members"}""", "", Description = "RFC 7644 §3.5.2.2: all of them")]
    [TestCase("""{"op":"remove","path":"members[value eq \"<a>\"]"}""", "b")]
    [TestCase("""{"op":"remove","path":"members[value eq \"<a>\"]","value":{b}}""", "b")]
    [TestCase("""{"op":"remove","path":"Members[Value EQ \"<a>\" or value eq \"<b>\"]"}""", "")]
    [TestCase("""{"op":"remove","path":"members[value eq \"<c>\"]"}""", "ab")]
    [TestCase("""{"op":"remove","path":"members[value eq \"nobody\"]"}""", "ab")]
    [TestCase("""{"op":"remove","path":"members[display eq \"A\"]"}""", "b")]
    [TestCase("""{"op":"remove","path":"members[type eq \"user\"]"}""", "")]
    [TestCase("""{"op":"remove","path":"members[type eq \"Group\"]"}""", "ab")]
    [TestCase("""{"op":"remove","path":"members[not (value eq \"<a>\")]"}""", "a")]
    [TestCase("""{"op":"remove","path":"members[$ref ew \"/Users/<a>\"]"}""", "b")]
    [TestCase("""{"op":"add","path":"members","value":{c}},{"op":"remove","path":"members","value":{c}}""", "ab")]
    [TestCase("""{"op":"remove","path":"members","value":{a}},{"op":"add","path":"members","value":{a}}""", "ab")]
    [TestCase("""{"op":"replace","path":"members","value":{c}},{"op":"add","path":"members","value":{d}}""", "cd")]
    [TestCase("""{"op":"replace","path":"members","value":{acd}},{"op":"remove","path":"members","value":{c}}""", "ad")]
    [TestCase("""{"op":"remove","path":"members"},{"op":"add","path":"members","value":{ac}}""", "ac")]
    [TestCase("""{"op":"add","path":"members","value":{c}},{"op":"remove","path":"members"}""", "")]
    [TestCase("""{"op":"add","path":"members","value":{c}},{"op":"remove","path":"members[display sw \"c\"]"}""", "ab")]
    [TestCase(
        """
            {"op":"replace","path":"members","value":{cd}},{"op":"remove","path":"members[type eq \"User\"]"},
            {"op":"add","path":"members","value":{a}}
            """,
        "a"
    )]
    [TestCase(
        """
            {"op":"remove","path":"members[value eq \"<a>\"]"},{"op":"add","path":"members","value":{c}},
            {"op":"replace","path":"displayName","value":"New"}
            """,
        "bc"
    )]
    public async Task A_patch_leaves_the_members_it_says(string operations, string expected)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var ids = await Team(directory);

        var answer = await directory.Patch($"/Groups/{ids["group"]}", Fill(operations, ids));

        Assert.That(answer.Status, Is.EqualTo(200), answer.Detail);
        Assert.That(await Letters(directory, ids), Is.EqualTo(expected));
    }

    [TestCase("""{"displayName":"Team","members":{bc}}""", "bc")]
    [TestCase("""{"displayName":"Team","members":[]}""", "")]
    [TestCase("""{"displayName":"Team"}""", "", Description = "what is not said is not there")]
    public async Task A_put_is_the_full_list(string json, string expected)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var ids = await Team(directory);

        var (status, body) = await directory.Send("PUT", $"/Groups/{ids["group"]}", Fill(json, ids)) is var answer
            ? (answer.Status, answer.Body)
            : default;

        Assert.That(status, Is.EqualTo(200));
        Assert.That(body!["members"]!.AsArray(), Has.Count.EqualTo(expected.Length));
        Assert.That(await Letters(directory, ids), Is.EqualTo(expected));
    }

    [TestCase("""{"op":"Add","path":"members","value":{ab}}""")]
    [TestCase("""{"op":"Add","path":"members","value":[]}""")]
    [TestCase("""{"op":"replace","path":"members","value":{ba}}""")]
    [TestCase("""{"op":"Remove","path":"members","value":{c}}""")]
    [TestCase("""{"op":"Remove","path":"members","value":[]}""")]
    [TestCase("""{"op":"remove","path":"members[value eq \"<c>\"]"}""")]
    [TestCase("""{"op":"remove","path":"members[type eq \"Group\"]"}""")]
    [TestCase("""{"op":"replace","path":"displayName","value":"Team"}""")]
    [TestCase("""{"op":"add","path":"members","value":{c}},{"op":"remove","path":"members","value":{c}}""")]
    [TestCase("""{"op":"remove","path":"members"},{"op":"add","path":"members","value":{ab}}""")]
    [TestCase("""{"op":"Remove","path":"members","value":null}""")]
    public async Task What_changes_nothing_writes_nothing(string operations)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var ids = await Team(directory);
        var before = await directory.Everything();

        var answer = await directory.Patch($"/Groups/{ids["group"]}", Fill(operations, ids));

        Assert.That((answer.Status, answer.ETag), Is.EqualTo((200, "W/\"1\"")));
        Assert.That(await directory.Everything(), Is.EqualTo(before));
    }

    [TestCase(
        "PATCH",
        """
            {"Operations":[{"op":"replace","path":"displayName","value":"New"},
                           {"op":"add","path":"members","value":[{"value":"<c>"},{"value":"<x>"}]}]}
            """
    )]
    [TestCase("PATCH", """{"Operations":[{"op":"add","path":"members","value":"<x>"},{"op":"remove","path":"members","value":"<x>"}]}""")]
    [TestCase("PATCH", """{"Operations":[{"op":"replace","path":"members","value":[{"value":"<x>"}]}]}""")]
    [TestCase("PUT", """{"displayName":"New","members":[{"value":"<c>"},{"value":"<x>"}]}""")]
    [TestCase("POST", """{"displayName":"Other","members":[{"value":"<c>"},{"value":"<x>"}]}""")]
    public async Task An_unknown_member_is_named_and_nothing_changes(string method, string json)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var ids = await Team(directory);
        var stranger = await (await TestDirectory.CreateAsync(_server)).User("stranger");
        var gone = await directory.User("gone");
        await directory.Send("DELETE", $"/Users/{gone}");
        var before = await directory.Everything();

        foreach (var unknown in (string[])["7d420df3-9995-4831-a406-ecf8166f5f6a", ids["a"].ToUpperInvariant(), "x", gone, stranger])
        {
            var answer = await directory.Send(
                method,
                method == "POST" ? "/Groups" : $"/Groups/{ids["group"]}",
                Fill(json, ids).Replace("<x>", unknown, StringComparison.Ordinal)
            );

            Assert.That(answer.Error, Is.EqualTo((400, "invalidValue")));
            Assert.That(answer.Detail, Does.Contain($"'{unknown}'"));
        }
        Assert.That(await directory.Everything(), Is.EqualTo(before));
    }

    [TestCase("""{"op":"replace","path":"members[value eq \"<a>\"].value","value":"<c>"}""", "mutability")]
    [TestCase("""{"op":"remove","path":"members[value eq \"<a>\"].value"}""", "mutability")]
    [TestCase("""{"op":"replace","path":"members[value eq \"<a>\"]","value":{"value":"<c>"}}""", "noTarget")]
    [TestCase("""{"op":"add","path":"members","value":[{"type":"User"}]}""", "invalidValue")]
    [TestCase("""{"op":"add","path":"members","value":[17]}""", "invalidValue")]
    [TestCase("""{"op":"add","path":"members","value":{c}},{"op":"replace","path":"displayName","value":""}""", "invalidValue")]
    [TestCase("""{"op":"add","path":"members","value":{c}},{"op":"remove","path":"displayName"}""", "mutability")]
    [TestCase("""{"op":"remove","path":"members[nothing eq \"x\"]"}""", "invalidFilter")]
    [TestCase("""{"op":"remove"}""", "noTarget")]
    public async Task A_patch_that_cannot_be_done_changes_nothing(string operations, string scimType)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var ids = await Team(directory);
        var before = await directory.Everything();

        var answer = await directory.Patch($"/Groups/{ids["group"]}", Fill(operations, ids));

        Assert.That(answer.Error, Is.EqualTo((400, scimType)));
        Assert.That(await directory.Everything(), Is.EqualTo(before));
    }

    static async Task<Dictionary<string, string>> Team(TestDirectory directory)
    {
        var ids = new Dictionary<string, string>();
        foreach (var name in (string[])["a", "b", "c", "d"])
            ids.Add(name, await directory.User(name));
        ids.Add("group", await directory.Group("Team", ids["a"], ids["b"]));
        return ids;
    }

    static string Fill(string json, Dictionary<string, string> ids)
    {
        foreach (var (name, id) in ids)
            json = json.Replace($"<{name}>", id, StringComparison.Ordinal);
        foreach (var letters in (string[])["abccc", "acd", "bc", "ba", "ab", "ac", "cd", "a", "b", "c", "d"])
            json = json.Replace(
                $$"""{{{letters}}}""",
                TestDirectory.Members([.. letters.Select(letter => ids[$"{letter}"])]),
                StringComparison.Ordinal
            );
        JsonNode.Parse($"[{json}]");
        return json;
    }

    static async Task<string> Letters(TestDirectory directory, Dictionary<string, string> ids) =>
        string.Concat(
            (await directory.MembersOf(ids["group"])).Select(id => ids.Single(p => p.Value == id).Key).Order(StringComparer.Ordinal)
        );
}
