using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ScimProvisioning.Tests.Hosting;
using ScimProvisioning.Tests.House;

namespace ScimProvisioning.Tests.Clients;

/// <summary>The pages that tell developers how their app learns of users.</summary>
[TestFixture, Parallelizable(ParallelScope.All)]
sealed partial class ClientPagesTests
{
    const string QuickStart = "docs/quickstart-app.md";

    /// <summary>What an example takes from the app around it.</summary>
    const string App = """
        static class TheApp
        {
            public static string key = "", oid = "", secret = "";
            public static Guid connectionId;
            public static CancellationToken stoppingToken;
            public static Microsoft.AspNetCore.Builder.WebApplication app = null!;
            public static DirectoryClient directory = null!;
            public static DirectoryFollower<object> follower = null!;
            public static IDbContextFactory<AppDb> contexts = null!;
        }
        """;

    static readonly string[] Usings =
    [
        "System",
        "System.Threading",
        "System.Threading.Tasks",
        "System.Linq",
        "ScimProvisioning.Client",
        "Microsoft.EntityFrameworkCore",
    ];

    [Test]
    public async Task The_quick_start_runs_as_it_is_printed()
    {
        // On the shared database, servers of other tests would send, each with a clock of its own.
        await using var server = new ScimServer(await PostgresFixture.CreateDatabaseAsync());
        using var folder = new TemporaryFolder();
        // The first block starts a server, which is there already; the sample is built already, too.
        var blocks = PageScript.Blocks(File.ReadAllText(ProjectFolder.Find(QuickStart))).Skip(1);
        var script = string.Join('\n', blocks.Prepend("trap 'kill $(jobs -p) 2>/dev/null || true' EXIT"))
            .Replace("dotnet run --project docs/samples/ScimProvisioning.Sample", $"dotnet {AppContextFolder}/ScimProvisioning.Sample.dll")
            .Replace("Directory__Url=", $"Database={folder.FullName}/sample.db Directory__Url=")
            .Replace(">sample.log", $">{folder.FullName}/sample.log")
            .Replace("http://localhost:5100", $"http://127.0.0.1:{FreePort()}");

        var output = await PageScript.RunAsync(server, script);

        Assert.That(output, Does.Contain("\"userName\":\"ella@contoso.com\"").And.Contain("\"directory.user.created\""));
        Assert.That(
            output,
            Does.Contain("Ella Berg changed: jobTitle").And.Contain("may not sign in any more").And.Contain("Max Weber came")
        );
        Assert.That(output, Does.Match("\"succeeded\": *true"));
    }

    static IEnumerable<TestCaseData> Examples =>
        from page in new[] { QuickStart, "src/ScimProvisioning.Client/README.md" }
        from block in CSharpBlock().Matches(File.ReadAllText(ProjectFolder.Find(page)))
        select new TestCaseData(block.Groups["code"].Value).SetArgDisplayNames($"{page} {block.Index}");

    [TestCaseSource(nameof(Examples))]
    public void An_example_compiles(string code)
    {
        var usings = string.Concat(Usings.Where(name => !code.Contains($"using {name};")).Select(name => $"using {name};\n"));
        var ownContext = code.Contains("class AppDb") ? "" : "class AppDb(DbContextOptions<AppDb> options) : DbContext(options);\n";
        // Using directives stand first, then statements, then types.
        var app = code.Contains("var directory") ? App.Replace("public static DirectoryClient directory = null!;", "") : App;
        var text = $"{usings}using static TheApp;\n{code}\n{ownContext}{app}";
        var references = ((string)System.AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            "Example",
            [CSharpSyntaxTree.ParseText(text)],
            references,
            new(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable)
        );

        Assert.That(compilation.GetDiagnostics().Where(found => found.Severity == DiagnosticSeverity.Error), Is.Empty, text);
    }

    static string AppContextFolder => System.AppContext.BaseDirectory.TrimEnd('/');

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("^```csharp\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex CSharpBlock();
}
