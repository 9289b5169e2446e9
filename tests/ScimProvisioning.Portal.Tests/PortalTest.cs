using System.Text;
using System.Text.Json.Nodes;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace ScimProvisioning.Tests.Portal;

/// <summary>A server and a browser for all tests of the portal, which run side by side.</summary>
[SetUpFixture]
sealed class PortalFixture
{
    const string Missing = "There is no Chromium: install it (Debian and Ubuntu: apt-get install chromium), so that it is on the PATH.";

    static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];
    static readonly string[] Arguments =
    [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];

    IPlaywright? _playwright;

    public static ScimServer Server { get; private set; } = null!;

    public static IBrowser Browser { get; private set; } = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        Server = new(settings: new() { ["Portal:ReturnOrigins:0"] = "https://app.example.com" });
        Server.StartServer();
        var program = Environment
            .GetEnvironmentVariable("PATH")!
            .Split(Path.PathSeparator)
            .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
            .FirstOrDefault(File.Exists);
        _playwright = await Playwright.CreateAsync();
        Browser = await _playwright.Chromium.LaunchAsync(
            new() { ExecutablePath = program ?? throw new InvalidOperationException(Missing), Args = Arguments }
        );
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (Browser is not null)
            await Browser.DisposeAsync();
        _playwright?.Dispose();
        if (Server is not null)
            await Server.DisposeAsync();
    }
}

/// <summary>
/// A test of a page: it has a browser window of its own, and fails when a page has reported an error, such as a breach of the policy.
/// </summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase), Parallelizable(ParallelScope.All), CancelAfter(120_000)]
abstract class PortalTest
{
    static readonly AxeRunOptions Rules = new()
    {
        RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
    };

    static readonly AxeRunOptions ColorRules = new()
    {
        RunOnly = new() { Type = "rule", Values = ["color-contrast", "link-in-text-block"] },
    };

    readonly List<string> _errors = [];
    IBrowserContext? _context;

    protected static ScimServer Server => PortalFixture.Server;

    protected IPage Page { get; private set; } = null!;

    [SetUp]
    public async Task OpenWindow()
    {
        Server.CatchUp();
        await OpenWindowAsync(new());
    }

    protected async Task OpenWindowAsync(BrowserNewContextOptions options)
    {
        if (_context is not null)
            await _context.DisposeAsync();
        options.BaseURL = Server.Address.ToString();
        options.Locale ??= "en-US";
        _context = await PortalFixture.Browser.NewContextAsync(options);
        _context.SetDefaultTimeout(60_000);
        Assertions.SetDefaultExpectTimeout(60_000);
        Page = await _context.NewPageAsync();
        Page.Console += (_, message) =>
        {
            // That a page was answered 4xx is what some tests are about.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                _errors.Add(message.Text);
        };
        Page.PageError += (_, error) => _errors.Add(error);
    }

    [TearDown]
    public async Task CloseWindow()
    {
        await _context!.DisposeAsync();
        Assert.That(_errors, Is.Empty, "A page has reported errors.");
    }

    /// <summary>An organization of the test's own.</summary>
    protected static async Task<Guid> NewOrganization(string name = "Acme") =>
        (Guid)(await Post("/organizations", new JsonObject { ["name"] = name }))["id"]!;

    /// <summary>A connection of an organization.</summary>
    protected static async Task<Guid> NewConnection(Guid organization, string name = "Entra") =>
        (Guid)(await Post("/connections", new JsonObject { ["name"] = name, ["organizationId"] = organization }))["id"]!;

    /// <summary>An organization with a connection that is enabled, and its identity provider.</summary>
    internal static async Task<(Guid Organization, Guid Connection, Entra Entra)> NewDirectory(string name = "Acme")
    {
        var organization = await NewOrganization(name);
        var connection = await NewConnection(organization);
        await Post($"/connections/{connection}/enable", []);
        return (organization, connection, await Entra.ConnectAsync(Server, connection));
    }

    /// <summary>Users whom the application has had before, by mail address and name.</summary>
    protected static async Task Import(Guid connection, params (string Mail, string Name)[] users)
    {
        var lines = users.Select(user =>
            new JsonObject
            {
                ["uid"] = $"old {user.Mail}",
                ["userName"] = $"old {user.Mail}",
                ["email"] = user.Mail,
                ["displayName"] = user.Name,
                ["appUserId"] = $"appOf {user.Mail}",
            }.ToJsonString()
        );
        using var file = new StringContent(string.Join('\n', lines), Encoding.UTF8, "application/x-ndjson");
        using var imported = await Server.Admin.PostAsync(new Uri($"/api/v1/connections/{connection}/imports", UriKind.Relative), file);
        Assert.That((int)imported.StatusCode, Is.InRange(200, 299), await imported.Content.ReadAsStringAsync());
    }

    internal static async Task<JsonNode> Get(string path) => (await Server.Send(HttpMethod.Get, path)).Body!;

    /// <summary>Waits until the application has so many active people.</summary>
    internal static Task Released(Guid connection, int people) =>
        Wait.UntilAsync(async () => (long)(await Get($"/connections/{connection}/guard"))["active"]! == people, "people are released");

    /// <summary>The address of a new link. <paramref name="more"/> are members of the request.</summary>
    protected static async Task<string> NewLink(Guid organization, params (string Name, JsonNode Value)[] more)
    {
        var request = new JsonObject { ["organizationId"] = organization };
        foreach (var (name, value) in more)
            request[name] = value;
        return (string)(await Post("/portal-links", request))["url"]!;
    }

    /// <summary>A customer opens the portal at a page of a connection.</summary>
    protected async Task OpenPortal(Guid organization, string page = "/connections", params (string Name, JsonNode Value)[] more)
    {
        await Page.GotoAsync(await NewLink(organization, more));
        await Page.GetByRole(AriaRole.Button, new() { Name = "Open", Exact = true }).ClickAsync();
        await Page.GotoAsync("/portal" + page);
    }

    /// <summary>An operator signs in.</summary>
    protected async Task SignInAsOperator(string key = ScimServer.AdminKey)
    {
        await Page.GotoAsync("/console");
        await Page.GetByLabel("Admin key").FillAsync(key);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    /// <summary>WCAG 2.2 AA, in light and in dark, and nothing that sticks out of a phone.</summary>
    protected async Task MustBeAccessible()
    {
        foreach (var scheme in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
        {
            await Page.EmulateMediaAsync(new() { ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce });
            // In the other theme only the colors are others.
            var result = await Page.RunAxe(scheme == ColorScheme.Light ? Rules : ColorRules);
            Assert.That(
                result.Violations.Select(v => $"{v.Id}: {v.Help} {string.Join(' ', v.Nodes.Select(n => n.Html))}"),
                Is.Empty,
                $"{Page.Url} in {scheme}"
            );
        }
        await Page.SetViewportSizeAsync(360, 740);
        Assert.That(
            await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= 360"),
            Is.True,
            $"{Page.Url} is wider than a phone."
        );
        await Page.SetViewportSizeAsync(1280, 720);
    }

    /// <summary>Goes to an element as somebody without a mouse does.</summary>
    protected async Task ReachByKeyboard(ILocator element)
    {
        for (var i = 0; i < 300; i++)
        {
            if (await element.EvaluateAsync<bool>("element => element === document.activeElement"))
                return;
            await Page.Keyboard.PressAsync("Tab");
        }
        Assert.Fail($"The keyboard does not reach {element}.");
    }

    protected ILocator Heading => Page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    internal static async Task<JsonNode> Post(string path, JsonObject body)
    {
        var (status, answer) = await Server.Send(HttpMethod.Post, path, body.ToJsonString());
        Assert.That(status, Is.InRange(200, 299), $"{path}: {answer}");
        return answer!;
    }
}
