using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Scim.Tests.Patching;

/// <summary>A body of 4 MB must not keep a processor busy: what compares too much is refused, and hanging up stops it.</summary>
[NonParallelizable] // the processor time of other tests would count
public sealed class PatchCostTests
{
    const string Long = "urn:example:long:2.0:User";

    static readonly string Thousand = string.Join(',', Enumerable.Range(0, 1_000).Select(i => $$"""{"value":"r{{i}}"}"""));
    static readonly string Reversed = string.Join(',', Enumerable.Range(0, 1_000).Select(i => $$"""{"value":"r{{999 - i}}"}"""));

    /// <summary>Operations of about a tenth of what a request may cost.</summary>
    static readonly string ATenth = string.Join(
        ',',
        Enumerable.Range(0, 100).Select(i => $$"""{"op":"replace","path":"roles[value eq \"R{{i}}\"].display","value":"d{{i}}"}""")
    );

    /// <summary>
    /// A request may take 2 seconds of a processor. Twice that is allowed, because the tests run on builds that are not optimised and on
    /// machines that do other work. What these tests are for took from tens of seconds to hours.
    /// </summary>
    static readonly TimeSpan Limit = 2 * TimeSpan.FromSeconds(2);

    /// <summary>Users with long lists, long texts or many names, each with a PATCH that looks at all of it again and again.</summary>
    static IEnumerable<TestCaseData> Costly()
    {
        var roles = $$"""{"userName":"ada","roles":[{{Thousand}}]}""";
        var wide = string.Join(" or ", Enumerable.Range(0, 400).Select(i => $"value co \\\"q{i}\\\""));
        var present = string.Join(" or ", Enumerable.Repeat("display pr", 400));
        yield return Case("400 paths of 400 comparisons", roles, 400, _ => $$"""{"op":"remove","path":"roles[{{wide}}]"}""");
        yield return Case(
            "400 paths of 400 comparisons with what no element has",
            roles,
            400,
            _ => $$"""{"op":"remove","path":"roles[{{wide.Replace("value", "display", StringComparison.Ordinal)}}]"}"""
        );
        yield return Case(
            "400 paths that ask 400 times for what no element has",
            roles,
            400,
            _ => $$"""{"op":"remove","path":"roles[{{present}}]"}"""
        );
        yield return Case(
            "45,000 value paths",
            roles,
            45_000,
            i => $$"""{"op":"replace","path":"roles[value eq \"r{{i % 1_000}}\"].display","value":"d"}"""
        );
        yield return Case("45,000 changes of all elements", roles, 45_000, _ => """{"op":"replace","path":"roles.display","value":"d"}""");
        yield return Case(
            "removes of 1,000 described elements",
            roles,
            50,
            i => $$"""{"op":"remove","path":"roles","value":[{{Thousand.Replace("\"r", $"\"{i}x", StringComparison.Ordinal)}}]}"""
        );
        yield return Case(
            "a long text, compared 20,000 times",
            $$"""{"userName":"ada","roles":[{"value":"{{new string('A', 1_000_000)}}"}]}""",
            20_000,
            i => $$"""{"op":"remove","path":"roles[value co \"q{{i}}\"]"}"""
        );
        yield return Case(
            "a long text, written into 1,000 elements",
            roles,
            1,
            _ => $$"""{"op":"replace","path":"roles.display","value":"{{new string('A', 3_000_000)}}"}"""
        );
        yield return Case(
            "40,000 names in an extension of 40,000",
            $$"""{"userName":"ada","{{Long}}":{ {{string.Join(',', Enumerable.Range(0, 40_000).Select(i => $"\"n{i}\":1"))}} } }""",
            40_000,
            i => $$"""{"op":"add","path":"{{Long}}:m{{i}}","value":1}"""
        );
        yield return Case(
            "an unregistered list of 50,000",
            $$"""{"userName":"ada","{{Long}}":{"list":[{{string.Join(',', Enumerable.Range(0, 50_000))}}]} }""",
            5_000,
            i => $$"""{"op":"remove","path":"{{Long}}:list[value eq \"{{i}}\"]"}"""
        );
        var longRoles = string.Join(',', Enumerable.Range(0, 999).Select(i => $$"""{"value":"{{i}}{{new string('A', 4_000)}}"}"""));
        yield return Case(
            "2,900 adds to 999 long texts",
            $$"""{"userName":"ada","roles":[{{longRoles}}]}""",
            2_900,
            _ => """{"op":"add","path":"roles","value":[{"value":"0A"}]}"""
        );
        yield return Case(
            "2,900 adds to 999 long elements without a value",
            $$"""{"userName":"ada","roles":[{{longRoles.Replace("\"value\"", "\"display\"", StringComparison.Ordinal)}}]}""",
            2_900,
            _ => """{"op":"add","path":"roles","value":[{"display":"0A"}]}"""
        );
        yield return Case(
            "1,400 removes of what 999 long texts do not say",
            $$"""{"userName":"ada","roles":[{{longRoles}}]}""",
            1_400,
            _ => """{"op":"remove","path":"roles","value":[{"value":"x"}]}"""
        );
        var texts = string.Join(',', Enumerable.Range(0, 999).Select(i => $"\"{i}{new string('A', 4_000)}\""));
        yield return Case(
            "2,900 removes of what 999 long texts of an unregistered list are not",
            $$"""{"userName":"ada","{{Long}}":{"list":[{{texts}}]} }""",
            2_900,
            _ => $$"""{"op":"remove","path":"{{Long}}:list","value":["x"]}"""
        );
    }

    [TestCaseSource(nameof(Costly)), CancelAfter(60_000)]
    public void What_compares_too_much_is_refused_soon(string user, string body)
    {
        var (document, request) = (Wire.Json(user), Wire.Json(body)); // as stored: an older server may have taken longer lists
        var before = ProcessorTime();

        var detail = Wire.Refused(
            "tooMany",
            () => Patcher.Apply(document, PatchParser.Parse(request, ResourceType.User), ResourceType.User)
        );

        Assert.That(detail, Does.Contain("fewer operations"));
        Assert.That(ProcessorTime() - before, Is.LessThan(Limit));
    }

    [Test]
    public void Many_values_are_added_without_comparing_each_with_each()
    {
        var (adds, user) = (Enumerable.Repeat($$"""{"op":"add","path":"roles","value":[{{Reversed}}]}""", 200), """{"userName":"ada"}""");

        var patched = Wire.PatchUser(user, $$"""[{"op":"add","path":"roles","value":[{{Thousand}}]},{{string.Join(',', adds)}}]""");

        Assert.That(patched["roles"]!.AsArray(), Has.Count.EqualTo(1_000));
    }

    [Test]
    public void A_thousand_operations_on_a_thousand_elements_are_done()
    {
        var operations = Enumerable
            .Range(0, 1_000)
            .Select(i => $$"""{"op":"replace","path":"roles[value eq \"R{{i}}\"].display","value":"d{{i}}"}""");

        var patched = Wire.PatchUser($$"""{"userName":"ada","roles":[{{Thousand}}]}""", $"[{string.Join(',', operations)}]");

        Assert.That((string?)patched["roles"]![999]!["display"], Is.EqualTo("d999"));
    }

    [Test]
    public void Twenty_thousand_operations_on_a_short_list_are_done()
    {
        var operations = Enumerable
            .Range(0, 20_000)
            .Select(i => $$"""{"op":"add","path":"roles[type eq \"a\"].display","value":"d{{i}}"}""");

        var patched = Wire.PatchUser("""{"userName":"ada"}""", $"[{string.Join(',', operations)}]");

        Assert.That((string?)patched["roles"]![0]!["display"], Is.EqualTo("d19999"));
    }

    [Test]
    public void Reading_operations_counts_as_work()
    {
        var work = new WorkLimit();

        PatchParser.Parse(Operations(ATenth), ResourceType.User, work: work);

        Assert.That(work.Steps, Is.GreaterThan(5_000));
    }

    [Test]
    public void A_client_that_has_gone_stops_its_request()
    {
        using var gone = new CancellationTokenSource();
        gone.Cancel();
        var body = Wire.Json("""{"Operations":[{"op":"add","path":"title","value":"x"}]}""");
        var operations = PatchParser.Parse(body, ResourceType.User);

        Assert.That(
            () => PatchParser.Parse(body, ResourceType.User, work: new WorkLimit(gone.Token)),
            Throws.InstanceOf<OperationCanceledException>()
        );
        Assert.That(
            () => Patcher.Apply(Wire.Json("""{"userName":"ada"}"""), operations, ResourceType.User, new WorkLimit(gone.Token)),
            Throws.InstanceOf<OperationCanceledException>()
        );
    }

    /// <summary>Names of up to 4 MB, each in every place where a client may write a name.</summary>
    static IEnumerable<TestCaseData> LongNames()
    {
        foreach (
            var (kind, name) in new[]
            {
                ("dots", "urn:example:2.0:User" + string.Concat(Enumerable.Repeat(".a", 2_000_000))),
                ("colons", "urn" + string.Concat(Enumerable.Repeat(":1", 2_000_000))),
                ("digits", "urn:scim:schemas:extension:enterprise:" + new string('1', 4_000_000)),
                ("letters", new string('a', 4_000_000)),
                ("just too many letters", new string('a', AttributePath.MaxLength + 1)),
            }
        )
        {
            yield return LongName($"a key of a POST, {kind}", "invalidSyntax", () => Create(name, "1"));
            yield return LongName($"a key of a POST with an object, {kind}", "invalidSyntax", () => Create(name, """{"a":"b"}"""));
            yield return LongName($"a key in an extension, {kind}", "invalidSyntax", () => Create(Long, $$"""{"{{name}}":"b"}"""));
            yield return LongName($"a path, {kind}", "invalidPath", () => Read($$"""{"op":"add","path":"{{name}}","value":"1"}"""));
            yield return LongName($"a path of a remove, {kind}", "invalidPath", () => Read($$"""{"op":"remove","path":"{{name}}"}"""));
            yield return LongName(
                $"a path with brackets, {kind}",
                "invalidPath",
                () => Read($$"""{"op":"remove","path":"{{name}}[value eq \"a\"]"}""")
            );
            yield return LongName(
                $"a part after brackets, {kind}",
                "invalidPath",
                () => Read($$"""{"op":"add","path":"emails[type eq \"work\"].{{name}}","value":"1"}""")
            );
            yield return LongName(
                $"a name in brackets, {kind}",
                "invalidFilter",
                () => Read($$"""{"op":"remove","path":"emails[{{name}} eq \"a\"]"}""")
            );
            yield return LongName($"a key of a PATCH, {kind}", "invalidSyntax", () => Read($$"""{"op":"add","value":{"{{name}}":"1"} }"""));
            yield return LongName($"a filter, {kind}", "invalidFilter", () => FilterParser.Parse($"{name} eq \"a\"", ResourceType.User));
            yield return LongName(
                $"attributes, {kind}",
                "invalidValue",
                () => AttributeProjection.Parse($"id,{name}", null, ResourceType.User)
            );
            yield return LongName(
                $"excludedAttributes, {kind}",
                "invalidValue",
                () => AttributeProjection.Parse(null, name, ResourceType.User)
            );
        }

        static void Create(string name, string value) =>
            ResourceParser.Create(Wire.Json($$"""{"userName":"ada","{{name}}":{{value}}}"""), ResourceType.User);
        static void Read(string operation) =>
            PatchParser.Parse(Wire.Json($$"""{"Operations":[{{operation}}]}"""), ResourceType.User, ignoreUnknown: true);
    }

    [TestCaseSource(nameof(LongNames)), CancelAfter(60_000)]
    public void A_name_that_is_too_long_is_refused_soon(string scimType, Action read)
    {
        var before = ProcessorTime();

        var detail = Wire.Refused(scimType, read);

        Assert.That(detail, Does.Contain("1000").And.Length.LessThan(300));
        Assert.That(ProcessorTime() - before, Is.LessThan(Limit));
    }

    [Test]
    public void A_name_of_the_greatest_length_is_read()
    {
        var name = "urn:example:2.0:User:".PadRight(AttributePath.MaxLength, 'a');

        Assert.That(
            PatchParser.Parse(Operations($$"""{"op":"add","path":"{{name}}","value":"1"}"""), ResourceType.User),
            Has.Count.EqualTo(1)
        );
        Assert.That(() => FilterParser.Parse($"{name} eq \"a\"", ResourceType.User), Throws.Nothing);
        Assert.That(() => AttributeProjection.Parse(name, null, ResourceType.User), Throws.Nothing);
    }

    [Test]
    public void Brackets_may_be_longer_than_a_name()
    {
        var wide = string.Join(" or ", Enumerable.Range(0, 400).Select(i => $"value eq \\\"q{i}\\\""));

        var parsed = PatchParser.Parse(Operations($$"""{"op":"remove","path":"roles[{{wide}}]"}"""), ResourceType.User);

        Assert.That(parsed, Has.Count.EqualTo(1));
    }

    [Test, CancelAfter(60_000)]
    public void A_long_text_that_is_only_looked_up_names_nothing_soon() // as sortBy and stored names are
    {
        var name = "urn:example:2.0:User" + string.Concat(Enumerable.Repeat(".a", 2_000_000));
        var before = ProcessorTime();

        Assert.That(AttributePath.Find(name, ResourceType.User), Is.Null);
        Assert.That(ProcessorTime() - before, Is.LessThan(Limit));
    }

    [Test, CancelAfter(60_000)]
    public void Members_that_are_sent_twice_are_found_without_comparing_each_with_each()
    {
        var members = string.Join(',', Enumerable.Range(0, 25_000).Select(i => $$"""{"value":"m{{i}}"}"""));
        var group = Wire.Json($$"""{"displayName":"g","members":[{{members}},{{members}}]}""");
        var before = ProcessorTime();

        var created = ResourceParser.Create(group, ResourceType.Group);

        Assert.That(created["members"]!.AsArray(), Has.Count.EqualTo(25_000));
        Assert.That((string?)created["members"]![24_999]!["value"], Is.EqualTo("m24999"));
        Assert.That(ProcessorTime() - before, Is.LessThan(Limit));
    }

    [Test]
    public void A_longer_list_that_is_stored_already_can_be_shortened_but_not_extended()
    {
        var stored = Wire.Json($$"""{"userName":"ada","{{Long}}":{"list":[{{string.Join(',', Enumerable.Range(0, 12_000))}}]} }""");

        var patched = Patch(stored, $$"""{"op":"remove","path":"{{Long}}:list[value lt 1000]"}""");

        Assert.That(patched[Long]!["list"]!.AsArray(), Has.Count.LessThan(12_000).And.Count.GreaterThan(10_000));
        Wire.Refused("invalidValue", () => Patch(stored, $$"""{"op":"add","path":"{{Long}}:list","value":["x"]}"""));
    }

    [Test]
    public void Work_that_is_done_anew_counts_once()
    {
        var (work, operations) = (new WorkLimit(), PatchParser.Parse(Operations(ATenth), ResourceType.User));
        var user = Wire.Json($$"""{"userName":"ada","roles":[{{Thousand}}]}""");
        Patcher.Apply(user, operations, ResourceType.User, work);
        var spent = work.Steps;

        for (var attempt = 0; attempt < 20; attempt++)
        {
            work.ReturnTo(spent);
            Patcher.Apply(user, operations, ResourceType.User, work);
        }

        Assert.That(work.Steps, Is.EqualTo(2 * spent));
    }

    static JsonObject Operations(string operations) => Wire.Json($$"""{"Operations":[{{operations}}]}""");

    static JsonObject Patch(JsonObject document, string operation) =>
        Patcher.Apply(document, PatchParser.Parse(Operations(operation), ResourceType.User), ResourceType.User);

    static TestCaseData LongName(string name, string scimType, Action read) => new TestCaseData(scimType, read).SetArgDisplayNames(name);

    static TestCaseData Case(string name, string user, int count, Func<int, string> operation) =>
        new TestCaseData(
            user,
            $$"""{"Operations":[{{string.Join(',', Enumerable.Range(0, count).Select(operation))}}]}"""
        ).SetArgDisplayNames(name);

    /// <summary>Time on a processor, which does not depend on what else the machine does.</summary>
    static TimeSpan ProcessorTime() => Process.GetCurrentProcess().TotalProcessorTime;
}
