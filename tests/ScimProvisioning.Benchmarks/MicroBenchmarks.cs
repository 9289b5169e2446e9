using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Scim;
using ScimProvisioning.Api;
using ScimProvisioning.Http.Replies;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Resources;
using ScimProvisioning.Storage.Resources.Search;

namespace ScimProvisioning.Benchmarks;

/// <summary>The cost of one request without any I/O. Public and not sealed, because BenchmarkDotNet derives from it.</summary>
[MemoryDiagnoser]
public class MicroBenchmarks
{
    public const string Argument = "micro";

    static readonly DateTimeOffset Time = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    readonly JsonObject _change = (JsonObject)JsonNode.Parse(UserDocuments.Change("of a benchmark"))!;
    readonly JsonObject _user = ResourceParser.Create(
        (JsonObject)JsonNode.Parse(UserDocuments.New(UserDocuments.FirstKey))!,
        ResourceType.User
    );
    readonly byte[] _changeBytes = Encoding.UTF8.GetBytes(UserDocuments.Change("of a benchmark"));
    readonly byte[] _newBytes = Encoding.UTF8.GetBytes(UserDocuments.New(UserDocuments.FirstKey));
    readonly IReadOnlyList<PatchOperation> _operations;
    readonly StoredResource _stored;
    readonly StoredResource _changed;
    readonly ArrayBufferWriter<byte> _body = new();
    readonly Caller _caller = new(
        Guid.Empty,
        ResourceTypes.BuiltIn,
        new ConnectionSettings(),
        "https://scim.contoso.example/scim/v2/c-benchmark",
        "request",
        "benchmark"
    );
    readonly AttributeProjection _whole = AttributeProjection.Parse(null, null, ResourceType.User);
    readonly AttributeProjection _names = AttributeProjection.Parse("userName,name.familyName,emails.value", null, ResourceType.User);

    public MicroBenchmarks()
    {
        _operations = PatchParser.Parse(_change, ResourceType.User);
        _stored = new(ResourceType.User, Guid.CreateVersion7(Time), 1, Time, Time, ScimJson.Utf8(_user), null);
        _changed = _stored with { Attributes = ScimJson.Utf8(Patcher.Apply(_user, _operations, ResourceType.User)) };
    }

    /// <returns>Whether each benchmark could be measured.</returns>
    // In this process: BenchmarkDotNet 0.14 does not know .NET 10 by name and could not build a project for it.
    internal static bool Run(string[] args) =>
        BenchmarkRunner
            .Run<MicroBenchmarks>(DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance)), args)
            .Reports.All(report => report.Success);

    [Benchmark]
    public object Parse_the_filter_of_a_match() => FilterParser.Parse("userName eq \"ada@contoso.example\"", ResourceType.User);

    [Benchmark]
    public object Parse_a_filter_with_a_value_path() =>
        FilterParser.Parse(
            "emails[type eq \"work\" and value ew \"@contoso.example\"] and not (active eq false or title pr)"
                + " and meta.lastModified gt \"2026-01-01T00:00:00Z\"",
            ResourceType.User
        );

    [Benchmark]
    public object Parse_a_patch_of_three_operations() => PatchParser.Parse(_change, ResourceType.User);

    [Benchmark]
    public object Apply_a_patch_of_three_operations() => Patcher.Apply(_user, _operations, ResourceType.User);

    [Benchmark]
    public object Patch_a_stored_user()
    {
        var operations = PatchParser.Parse(JsonBody.Read(_changeBytes, maxDepth: 16), ResourceType.User);
        var stored = _stored with { Attributes = _stored.Attributes }; // as just read: it remembers what it has parsed
        var before = stored.ParseDocument();
        var after = Patcher.Apply(stored.ParseDocument(), operations, ResourceType.User);
        var changes = ScimJson.Utf8(DocumentChanges.Between(before, after, ResourceType.User));
        return (changes, ResourceColumns.Of(_caller.ConnectionId, _caller.Settings, ResourceType.User, after));
    }

    [Benchmark]
    public object Create_a_user()
    {
        var document = ResourceParser.Create(JsonBody.Read(_newBytes, maxDepth: 16), ResourceType.User);
        var changes = DocumentChanges.Utf8Between([], document, ResourceType.User);
        return (changes, ResourceColumns.Of(_caller.ConnectionId, _caller.Settings, ResourceType.User, document));
    }

    [Benchmark]
    public object Find_the_changes_between_two_documents() =>
        DocumentChanges.Between(_stored.ParseDocument(), _changed.ParseDocument(), ResourceType.User);

    [Benchmark]
    public object Hash_the_terms_of_a_user() => SearchTerms.Of(_caller.ConnectionId, ResourceType.User, _stored.Attributes.Span);

    [Benchmark]
    public int Serialise_a_user() => Serialise(_whole);

    [Benchmark]
    public int Serialise_three_attributes_of_a_user() => Serialise(_names);

    int Serialise(AttributeProjection projection)
    {
        _body.ResetWrittenCount();
        ResourceJson.WriteOwn(_body, _stored, projection, _caller);
        return _body.WrittenCount;
    }
}
