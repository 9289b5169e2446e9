namespace ScimProvisioning.Tests.House;

/// <summary>The rooms (folders) of the server and the arrows between them. docs/architecture.md says what each room is for.</summary>
[TestFixture, Parallelizable]
sealed class ArrowTests
{
    /// <summary>For each room, the rooms that its files may use. Every room may use itself and the files beside Program.cs.</summary>
    static readonly Dictionary<string, string[]> Arrows = new()
    {
        ["Storage"] = [],
        ["Work"] = ["Storage"],
        ["Auth"] = ["Work", "Storage"],
        ["Api"] = ["Auth", "Storage"],
        ["Resources"] = ["Storage"],
        ["Http"] = ["Api", "Auth", "Resources", "Storage"],
        ["Admin"] = ["Api", "Auth", "Work", "Storage"],
        ["Projection"] = ["Work", "Storage"],
        ["Directory"] = ["Admin", "Api", "Auth", "Projection", "Work", "Storage"],
        ["Events"] = ["Api", "Auth", "Projection", "Work", "Storage"],
        ["Activity"] = ["Api", "Auth", "Work", "Storage"],
        ["Support"] = ["Activity", "Admin", "Api", "Auth", "Directory", "Events", "Work", "Storage"],
        ["CommandLine"] = ["Activity", "Admin", "Api", "Auth", "Directory", "Events", "Support", "Storage"],
        ["Portal"] = ["Activity", "Admin", "Api", "Auth", "Directory", "Events", "Support", "Work", "Storage"],
        ["Hosting"] = [],
    };

    /// <summary>The same for the rooms within a room. Files that stand above them, such as Auth/AuthSetup.cs, set all of them up.</summary>
    static readonly Dictionary<string, string[]> SubRooms = new()
    {
        ["Storage/ControlPlane"] = [],
        ["Storage/Database"] = ["Storage/ControlPlane"],
        ["Storage/Changes"] = ["Storage/ControlPlane", "Storage/Database"],
        ["Storage/Resources"] = ["Storage/Changes", "Storage/ControlPlane", "Storage/Database"],
        ["Storage/Released"] = ["Storage/Changes", "Storage/ControlPlane", "Storage/Database"],
        ["Storage/Erasing"] = ["Storage/ControlPlane", "Storage/Database", "Storage/Released"],
        ["Storage/Activity"] = ["Storage/Changes", "Storage/ControlPlane", "Storage/Database", "Storage/Released", "Storage/Resources"],
        ["Storage/Support"] = ["Storage/ControlPlane", "Storage/Database", "Storage/Released", "Storage/Resources"],
        ["Directory/Attributes"] = [],
        ["Directory/Mappings"] = ["Directory/Attributes"],
        ["Directory/Plans"] = ["Directory/Mappings"],
        ["Directory/Standing"] = [],
        ["Directory/Purge"] = ["Directory/Mappings"],
        ["Auth/Connections"] = [],
        ["Auth/Tokens"] = ["Auth/Connections"],
        ["Auth/AdminKeys"] = ["Auth/Throttling", "Auth/Tokens"],
        ["Auth/Throttling"] = ["Auth/Connections", "Auth/Tokens"],
        ["Auth/Entra"] = ["Auth/Connections", "Auth/Throttling", "Auth/Tokens"],
        ["Auth/OAuth"] = ["Auth/Connections", "Auth/Entra", "Auth/Throttling", "Auth/Tokens"],
        ["Http/Requests"] = [],
        ["Http/Replies"] = ["Http/Requests"],
        ["Http/RateLimiting"] = [],
        ["Http/Lists"] = ["Http/Replies", "Http/Requests"],
        ["Http/Bulk"] = ["Http/Replies", "Http/Requests"],
        ["Http/Discovery"] = ["Http/Bulk", "Http/Lists", "Http/Replies", "Http/Requests"],
        ["Admin/Organizations"] = [],
        ["Admin/Connections"] = ["Admin/Organizations"],
        ["Admin/Credentials"] = [],
        ["Admin/Schemas"] = [],
        ["Admin/Keys"] = ["Admin/Organizations"],
        ["Admin/Audit"] = [],
        ["Admin/PortalLinks"] = ["Admin/Organizations"],
        ["Directory/Users"] = [],
        ["Directory/Groups"] = ["Directory/Users"],
        ["Directory/Imports"] = ["Directory/Users"],
        ["Directory/Reconciliations"] = ["Directory/Imports"],
        ["Events/Feed"] = [],
        ["Events/Snapshots"] = [],
        ["Events/Webhooks"] = [],
        ["Activity/Requests"] = ["Activity/Runs"],
        ["Activity/Runs"] = [],
        ["Activity/Why"] = ["Activity/Requests"],
        ["Activity/History"] = [],
        ["Activity/Health"] = ["Activity/Runs"],
        ["Portal/Parts"] = [],
        ["Portal/Pages"] = ["Portal/Parts"],
        ["Support/SelfTests"] = [],
        ["Support/Bundles"] = [],
        ["Support/Schedules"] = [],
        ["Support/Instructions"] = [],
    };

    [Test]
    public void Each_room_uses_only_the_rooms_its_arrows_lead_to() => Assert.That(Breaches(SourceGraph.Uses()), Is.Empty);

    [Test]
    public void No_files_of_different_rooms_use_each_other_in_a_circle() => Assert.That(Circles(SourceGraph.Uses()), Is.Empty);

    [Test]
    public void Each_room_has_its_arrows_in_the_tables()
    {
        var rooms = SourceGraph
            .Files.Select(Use.RoomOf)
            .Where(room => room != "")
            .SelectMany(room => new[] { Top(room), Sub(room) })
            .Distinct();

        Assert.That(
            rooms,
            Is.EquivalentTo(Arrows.Keys.Concat(SubRooms.Keys)),
            "A new room needs its arrows in the tables of this test, and a line in docs/architecture.md."
        );
    }

    // Storage may not know Http, whatever the spelling.
    [TestCase(
        "Storage/Resources/Planted.cs",
        "class Planted { string Root => Http.Requests.ScimRoutes.Root; }",
        Description = "relative name"
    )]
    [TestCase(
        "Storage/Resources/Planted.cs",
        "using H = ScimProvisioning.Http.Requests.ScimRoutes; class Planted { string Root => H.Root; }",
        Description = "alias"
    )]
    [TestCase(
        "Storage/Resources/Planted.cs",
        "using static ScimProvisioning.Http.Requests.ScimRoutes; class Planted { string R => Root; }",
        Description = "static using"
    )]
    [TestCase("Storage/ControlPlane/Planted.cs", "class Planted { Resources.StoredResource? Stored; }", Description = "sub-room")]
    [TestCase("Http/Requests/Planted.cs", "class Planted(Replies.ReplyBody body) { }", Description = "sub-room of another room")]
    [TestCase("Auth/Tokens/Planted.cs", "class Planted { void Run(Throttling.LoginThrottle t) { } }", Description = "against the arrow")]
    [TestCase(
        "Storage/Planted.cs",
        "class Planted { object? Find(IServiceProvider p) { var found = p.GetService<Admin.DailyJob>(); return found; } }",
        Description = "type argument"
    )]
    [TestCase(
        "Portal/Pages/Planted.razor",
        "@inherits PortalPage\n<p></p>\n@code {\n    Http.Requests.ScimRequest? Shown;\n}\n",
        Description = "a page"
    )]
    [TestCase("Hosting/Planted.cs", "class Planted { Storage.Resources.ResourceCounts Counts = new(1, 2); }", Description = "new()")]
    [TestCase("AddressBlock.cs", "class AddressBlock { Storage.ControlPlane.Token? Token; }", Description = "a file beside Program.cs")]
    public void A_planted_breach_is_found(string file, string code) =>
        Assert.That(Breaches(SourceGraph.UsesWith(file, Planted(file, code))).Select(use => use.From), Has.Member(file));

    [Test]
    public void A_planted_circle_is_found()
    {
        // Database uses Connection of ControlPlane; now Connection uses Database.
        const string file = "Storage/ControlPlane/Connection.cs";
        var uses = SourceGraph.UsesWith(file, Planted(file, "class Connection { Database.ScimDbContext? Db; }"));

        Assert.That(Circles(uses), Is.Not.Empty.And.All.Contains(file));
    }

    static string Planted(string file, string code)
    {
        if (file.EndsWith(".razor", StringComparison.Ordinal))
            return code;
        var start = code.IndexOf("class", StringComparison.Ordinal);
        var room = Use.RoomOf(file);
        return $"{code[..start]}namespace ScimProvisioning{(room is "" ? "" : ".")}{room.Replace('/', '.')};\n{code[start..]}";
    }

    static string Top(string room) => room.Split('/')[0];

    static string Sub(string room) => string.Join('/', room.Split('/').Take(2));

    static IEnumerable<Use> Breaches(IEnumerable<Use> uses) =>
        uses.Where(use => use.From is not "Program.cs" && !MayUse(Use.RoomOf(use.From), Use.RoomOf(use.To)));

    static bool MayUse(string from, string to)
    {
        if (to is "" || Sub(from) == Sub(to))
            return true;
        if (from is "")
            return false;
        if (Top(from) != Top(to))
            return Arrows.GetValueOrDefault(Top(from), []).Contains(Top(to));
        // Within a room, what stands above its sub-rooms may use all of them, and be used.
        return !from.Contains('/') || !to.Contains('/') || SubRooms.GetValueOrDefault(Sub(from), []).Contains(Sub(to));
    }

    /// <summary>Files that reach each other, when they are not all of one room.</summary>
    static IEnumerable<string> Circles(IReadOnlyList<Use> uses)
    {
        var next = uses.ToLookup(use => use.From, use => use.To);
        var reached = next.ToDictionary(file => file.Key, file => Reach(file.Key, next));
        return reached
            .Select(file => file.Value.Where(other => reached.TryGetValue(other, out var back) && back.Contains(file.Key)).Order().ToList())
            .Where(circle => circle.Select(file => Sub(Use.RoomOf(file))).Distinct().Count() > 1)
            .Select(circle => string.Join(" <-> ", circle))
            .Distinct();
    }

    static HashSet<string> Reach(string start, ILookup<string, string> next)
    {
        var (reached, waiting) = (new HashSet<string>(), new Stack<string>(next[start]));
        while (waiting.TryPop(out var file))
            if (reached.Add(file))
                foreach (var other in next[file])
                    waiting.Push(other);
        return reached;
    }
}
