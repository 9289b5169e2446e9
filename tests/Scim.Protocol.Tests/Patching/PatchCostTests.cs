using System.Diagnostics;

namespace Scim.Tests.Patching;

/// <summary>A body of 4 MB must not keep a processor busy: what compares too much is refused, and hanging up stops it.</summary>
public sealed class PatchCostTests
{
    const string Long = "urn:example:long:2.0:User";

    static readonly string Thousand = string.Join(',', Enumerable.Range(0, 1_000).Select(i => $$"""{"value":"r{{i}}"}"""));
    static readonly string Reversed = string.Join(',', Enumerable.Range(0, 1_000).Select(i => $$"""{"value":"r{{999 - i}}"}"""));

    /// <summary>Users with long lists, long texts or many names, each with a PATCH that looks at all of it again and again.</summary>
    static IEnumerable<TestCaseData> Costly()
    {
        var roles = $$"""{"userName":"ada","roles":[{{Thousand}}]}""";
        var wide = string.Join(" or ", Enumerable.Range(0, 400).Select(i => $"value co \\\"q{i}\\\""));
        yield return Case("400 paths of 400 comparisons", roles, 400, _ => $$"""{"op":"remove","path":"roles[{{wide}}]"}""");
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
    }

    [TestCaseSource(nameof(Costly)), CancelAfter(60_000)]
    public void What_compares_too_much_is_refused_soon(string user, string body)
    {
        var document = ResourceParser.Create(Wire.Json(user), ResourceType.User);
        var operations = PatchParser.Parse(Wire.Json(body), ResourceType.User);
        var before = ProcessorTime();

        var detail = Wire.Refused("tooMany", () => Patcher.Apply(document, operations, ResourceType.User));

        Assert.That(detail, Does.Contain("fewer operations"));
        Assert.That(ProcessorTime() - before, Is.LessThan(TimeSpan.FromSeconds(10)), "ten times of what it takes");
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
    public void A_client_that_has_gone_stops_its_request()
    {
        using var gone = new CancellationTokenSource();
        gone.Cancel();
        var body = Wire.Json("""{"Operations":[{"op":"add","path":"title","value":"x"}]}""");
        var operations = PatchParser.Parse(body, ResourceType.User);

        Assert.That(() => PatchParser.Parse(body, ResourceType.User, ct: gone.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(
            () => Patcher.Apply(Wire.Json("""{"userName":"ada"}"""), operations, ResourceType.User, new WorkLimit(gone.Token)),
            Throws.InstanceOf<OperationCanceledException>()
        );
    }

    static TestCaseData Case(string name, string user, int count, Func<int, string> operation) =>
        new TestCaseData(
            user,
            $$"""{"Operations":[{{string.Join(',', Enumerable.Range(0, count).Select(operation))}}]}"""
        ).SetArgDisplayNames(name);

    /// <summary>Time on a processor, which does not depend on what else the machine does.</summary>
    static TimeSpan ProcessorTime() => Process.GetCurrentProcess().TotalProcessorTime;
}
