using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;

namespace Scim.Tests.Patching;

/// <summary>Random stored users, PATCH bodies with real paths and random values, and random JSON.</summary>
static class PatchGenerators
{
    static readonly string[] Paths =
    [
        "userName",
        "displayName",
        "title",
        "active",
        "externalId",
        "name",
        "name.givenName",
        "NAME.familyname",
        "emails",
        "emails.value",
        "emails.type",
        "emails.primary",
        """emails[type eq "work"]""",
        """emails[type eq "work"].value""",
        """emails[primary eq "True"].value""",
        """emails[value sw "a"].type""",
        """emails[type eq "other"].primary""",
        "roles",
        """roles[primary eq "True"].value""",
        """roles[primary eq true].display""",
        "addresses",
        """addresses[type eq "work"].formatted""",
        "phoneNumbers",
        "x509Certificates",
        "id",
        "meta",
        "groups",
        "schemas",
        "password",
        "manager",
        "manager.value",
        "manager.$ref",
        """manager[value eq "1"]""",
        "department",
        EnterpriseUserSchema.Id,
        EnterpriseUserSchema.Id + ":department",
        EnterpriseUserSchema.Id + ":manager",
        UserSchema.Id,
        UserSchema.Id + ":title",
        UserSchema.Id + ":name.givenName",
        "urn:example:hr:2.0:User",
        "urn:example:hr:2.0:User:tag",
        "urn:example:hr:2.0:User:TAG.sub",
        """urn:example:hr:2.0:User:tags[type eq "a"]""",
        """urn:example:hr:2.0:User:tags[type eq "a"].value""",
        "urn:example:hr",
        "urn:example:hr:tag",
    ];

    static readonly string[] Names =
    [
        "value",
        "Value",
        "type",
        "primary",
        "display",
        "displayName",
        "$ref",
        "givenName",
        "formatted",
        "department",
        "manager",
        "tag",
        "Tag",
        "a:b",
        "a.b",
        "",
        "é",
        .. Paths,
    ];

    static readonly string[] Literals =
    [
        "null",
        "true",
        "false",
        "\"True\"",
        "\"\"",
        "0",
        "1.50",
        "1e400",
        "-1e-400",
        "\"work\"",
        "\"a\"",
        "\"x\\u0000\"",
        "\"\\ud800\"",
        "\"é😀\"",
        "\"{\\\"value\\\":\\\"Admin\\\",\\\"displayName\\\":\\\"A\\\"}\"",
        "\"{\\\"value\\\":\\\"{}\\\",\\\"primary\\\":\\\"True\\\"}\"",
        "\"{\"",
        "[]",
        "{}",
    ];

    /// <summary>Values that fit some attribute. Most values must fit, because one that does not makes the whole body fail.</summary>
    static readonly string[] Fitting =
    [
        "\"a\"",
        "\"b\"",
        "\"work\"",
        "\"{\\\"value\\\":\\\"Admin\\\",\\\"primary\\\":\\\"True\\\"}\"",
        "\"True\"",
        "true",
        "false",
        "\"\"",
        "null",
        "[]",
        "\"é😀\"",
        """{"value":"a"}""",
        """{"value":"a","type":"work","primary":"True"}""",
        """{"Value":"b","primary":true,"displayName":"B"}""",
        """{"givenName":"a","familyName":""}""",
        """[{"value":"a","primary":true},{"value":"b","type":"home"}]""",
        """[{"value":"c"},{"value":"C","display":"x"},"a"]""",
        """{"formatted":"x","type":"work"}""",
        """{"department":"d","manager":"1"}""",
        """{"tag":[{"type":"a"},{"type":"b","x":{}}],"n":1.50}""",
        """{"value":"","$ref":"r"}""",
    ];

    /// <summary>Values as text, because half a surrogate pair can only be written as text.</summary>
    static readonly Gen<string> Value = Gen.Sized(size => Json(Math.Min(size, 8)));

    static readonly Gen<string> FittingValue = Gen.Frequency((9, Gen.Elements(Fitting)), (1, Value));

    public static Arbitrary<PatchBody> Body() =>
        Arb.From(
            Gen.Choose(0, 4)
                .SelectMany(count => Operation().ListOf(count))
                .Select(operations => new PatchBody($$"""{"Operations":[{{string.Join(",", operations)}}]}"""))
        );

    public static Arbitrary<RandomJson> Random() =>
        Arb.From(
            Gen.Elements(Names.Append("Operations").Append("userName"))
                .Zip(Value)
                .ListOf()
                .Select(members => new RandomJson(Object(members)))
        );

    public static Arbitrary<StoredUser> User() =>
        Arb.From(
            Gen.Choose(0, 4)
                .SelectMany(count => Gen.Elements(Paths.Where(path => !path.Contains('['))).Zip(FittingValue).ListOf(count))
                .Select(members => Stored(Object(members.Where(m => m.Item1 != "userName").Append(("userName", "\"ada\"")))))
        );

    static Gen<string> Operation() =>
        Gen.Elements("add", "Replace", "REMOVE")
            .SelectMany(op =>
                Gen.Elements(Paths)
                    .Zip(FittingValue)
                    .SelectMany(target =>
                        Gen.Elements(
                            $$"""{"op":"{{op}}","path":{{Quoted(target.Item1)}},"value":{{target.Item2}} }""",
                            $$"""{"op":"{{op}}","path":{{Quoted(target.Item1)}},"value":{{target.Item2}} }""",
                            $$"""{"op":"{{op}}","path":{{Quoted(target.Item1)}} }""",
                            $$"""{"op":"{{op}}","value":{ {{Quoted(target.Item1)}}:{{target.Item2}} } }"""
                        )
                    )
            );

    static Gen<string> Json(int size) =>
        size <= 1
            ? Gen.Elements(Literals)
            : Gen.OneOf(
                Gen.Elements(Literals),
                Json(size / 2).ListOf().Select(elements => $"[{string.Join(",", elements.Take(4))}]"),
                Gen.Elements(Names).Zip(Json(size / 2)).ListOf().Select(members => Object(members.Take(4)))
            );

    static string Object(IEnumerable<(string Name, string Value)> members) =>
        $$"""{ {{string.Join(",", members.DistinctBy(m => m.Name).Select(m => $"{Quoted(m.Name)}:{m.Value}"))}} }""";

    static string Quoted(string text) => JsonValue.Create(text).ToJsonString();

    /// <summary>The document that a POST of that body stores; a user with a few attributes when it is refused.</summary>
    static StoredUser Stored(string body)
    {
        var user = Wire.Json(body);
        JsonObject? stored = null;
        Wire.IsAccepted(() => stored = ResourceParser.Create(user, ResourceType.User));
        stored ??= Wire.Json(
            Wire.Ada(""" "emails":[{"value":"a","type":"work","primary":true},{"value":"b"}],"roles":[{"value":"Admin"}] """)
        );
        return new(stored.ToJsonString());
    }
}

sealed record PatchBody(string Text)
{
    public override string ToString() => Text;
}

sealed record RandomJson(string Text)
{
    public override string ToString() => Text;
}

sealed record StoredUser(string Text)
{
    public override string ToString() => Text;
}
