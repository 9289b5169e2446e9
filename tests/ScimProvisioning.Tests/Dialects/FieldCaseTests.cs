using System.Text.Json.Nodes;
using ScimProvisioning.Tests.IdentityProviders;

namespace ScimProvisioning.Tests.Dialects;

/// <summary>
/// What clients in the field send beside the RFCs, and what must come of it. Each case in <c>Dialects/cases</c> is a list of requests with
/// expected answers, replayed on a connection of its own.
/// </summary>
[TestFixture, Parallelizable]
sealed class FieldCaseTests
{
    static readonly IReadOnlyDictionary<string, JsonObject> Cases = Transcript
        .ReadFolder(Path.Combine("Dialects", "cases"))
        .ToDictionary(c => (string)c["name"]!);

    readonly ScimServer _server = new();

    static IEnumerable<string> Names => Cases.Keys;

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCaseSource(nameof(Names))]
    public async Task The_requests_are_answered_as_expected(string name)
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var bound = new Dictionary<string, string> { ["connection"] = $"{directory.Connection.Id}" };

        foreach (var step in Cases[name]["steps"]!.AsArray().OfType<JsonObject>())
        {
            var (status, answer) = await SendAsync(directory, step, bound);
            Assert.That(Differences(step, status, answer, bound), Is.Empty, $"{step.ToJsonString()}\nanswered {status} {answer}");
            foreach (var (captured, place) in step["capture"] as JsonObject ?? [])
                bound[captured] = answer![(string)place!]!.ToString();
        }
    }

    async Task<(int Status, JsonNode? Body)> SendAsync(TestDirectory directory, JsonObject step, Dictionary<string, string> bound)
    {
        var (method, path) = ((string)step["method"]!, Transcript.Bind((string)step["path"]!, bound));
        var body = step["body"] is { } json ? Transcript.Bind(json.ToJsonString(), bound) : null;
        if ((bool?)step["api"] is true)
            return await _server.Send(new(method), path, body);
        var answer = await directory.Send(method, path, body);
        return (answer.Status, answer.Body);
    }

    static IEnumerable<string> Differences(JsonObject step, int status, JsonNode? answer, Dictionary<string, string> bound)
    {
        if (step["expectStatus"] is { } expected ? status != (int)expected : status >= 300)
            yield return $"status {step["expectStatus"]}";
        foreach (var part in step["expectBodyContains"] as JsonArray ?? [])
            if (answer?.ToJsonString().Contains((string)part!, StringComparison.Ordinal) is not true)
                yield return $"the text {part}";
        foreach (var (place, value) in step["expect"] as JsonObject ?? [])
        {
            var found = Find(answer, place);
            var wanted = value is null ? null : JsonNode.Parse(Transcript.Bind(value.ToJsonString(), bound));
            if (wanted is null ? found is not (null or JsonArray { Count: 0 }) : !JsonNode.DeepEquals(wanted, found))
                yield return $"{place} = {wanted?.ToJsonString() ?? "nothing"}, found {found?.ToJsonString() ?? "nothing"}";
        }
    }

    /// <summary>A place is a list of names and indexes with bars between them; <c>.length</c> counts the elements of an array.</summary>
    static JsonNode? Find(JsonNode? node, string place) =>
        place
            .Split('|')
            .Aggregate(
                node,
                (found, name) =>
                    name == ".length" ? (found as JsonArray)?.Count ?? 0
                    : found is JsonArray array ? array.ElementAtOrDefault(int.Parse(name))
                    : (found as JsonObject)?[name]
            );
}
