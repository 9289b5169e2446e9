using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Scim;

namespace ScimProvisioning.Tests.Filtering;

/// <summary>A connection with users and groups of every shape, and the JSON that GET shows for them.</summary>
sealed partial class Population
{
    /// <summary>URI of an extension that is not registered.</summary>
    const string Unregistered = "urn:acme:params:scim:Badge";

    readonly Dictionary<string, JsonObject> _byName = [];

    Population(TestDirectory directory) => Directory = directory;

    public TestDirectory Directory { get; }

    public IReadOnlyList<JsonObject> Users { get; private set; } = [];

    public IReadOnlyList<JsonObject> Groups { get; private set; } = [];

    public static async Task<Population> LoadAsync(ScimServer server)
    {
        var population = new Population(await TestDirectory.CreateAsync(server));
        foreach (var user in PopulationData.Users)
            await population.AddAsync("Users", user, server);
        foreach (var group in PopulationData.Groups)
            await population.AddAsync("Groups", group, server);
        population.Users = (await population.Directory.Get("/Users?count=1000")).Resources;
        population.Groups = (await population.Directory.Get("/Groups?count=1000")).Resources;
        foreach (var resource in population.Users.Concat(population.Groups))
            population._byName[NameOf(resource)] = resource;
        return population;
    }

    public IReadOnlyList<JsonObject> Of(string collection) => collection == "Users" ? Users : Groups;

    public static string NameOf(JsonObject resource) => (string)(resource["userName"] ?? resource["displayName"])!;

    /// <summary>
    /// Replaces <c>{ent}</c> and <c>{badge}</c>, and the placeholders for values that the server has chosen: <c>{id:anna}</c>,
    /// <c>{meta.created:anna}</c>, <c>{url}</c>.
    /// </summary>
    public string Bind(string text) =>
        Placeholder()
            .Replace(
                text,
                match =>
                    match.Groups["word"].Value switch
                    {
                        "url" => Directory.Url,
                        "ent" => EnterpriseUserSchema.Id,
                        "ENT" => EnterpriseUserSchema.Id.ToUpperInvariant(),
                        "badge" => Unregistered,
                        "BADGE" => Unregistered.ToUpperInvariant(),
                        _ => (string)
                            match
                                .Groups["path"]
                                .Value.Split('.')
                                .Aggregate((JsonNode)_byName[match.Groups["name"].Value], (node, step) => node[step]!)!,
                    }
            );

    async Task AddAsync(string collection, string json, ScimServer server)
    {
        var created = await Directory.Send("POST", $"/{collection}", Bind(json));
        if (created.Status != 201)
            throw new InvalidOperationException($"{json}: {created.Body}");
        var resource = created.Body!;
        _byName.Add(NameOf(resource), resource);
        server.Clock.Advance(TimeSpan.FromDays(1));
    }

    [GeneratedRegex(@"\{(?<word>url|ent|ENT|badge|BADGE)\}|\{(?<path>[a-zA-Z.]+):(?<name>[^}]+)\}")]
    private static partial Regex Placeholder();
}
