using FsCheck;
using FsCheck.Fluent;
using Scim;

namespace ScimProvisioning.Tests.Filtering;

/// <summary>The database selects the same resources as <see cref="FilterEvaluator"/>.</summary>
[TestFixture, Parallelizable]
sealed class FilterEquivalenceTests
{
    const ulong Seed = 20_261_121;

    readonly ScimServer _server = new();
    Population _population = null!;

    [OneTimeSetUp]
    public async Task Load() => _population = await Population.LoadAsync(_server);

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCaseSource(typeof(FilterCases), nameof(FilterCases.Users))]
    public async Task A_filter_on_users_selects_those_whose_JSON_fits(string filter) =>
        Assert.That(await Difference("Users", _population.Bind(filter)), Is.Null);

    [TestCaseSource(typeof(FilterCases), nameof(FilterCases.Groups))]
    public async Task A_filter_on_groups_selects_those_whose_JSON_fits(string filter) =>
        Assert.That(await Difference("Groups", _population.Bind(filter)), Is.Null);

    [TestCase("Users", 240)]
    [TestCase("Groups", 120)]
    public async Task A_random_filter_selects_those_whose_JSON_fits(string collection, int count)
    {
        var filters = new FilterGenerator(_population.Of(collection)).Filter().Sample(count, new Rnd(Seed), size: 50).ToArray();

        var differences = new List<string?>();
        foreach (var filter in filters)
            differences.Add(await Difference(collection, filter));

        Assert.That(differences.OfType<string>(), Is.Empty, $"Seed {Seed}");
    }

    [TestCase("eq"), TestCase("ne"), TestCase("gt"), TestCase("ge"), TestCase("lt"), TestCase("le")]
    public async Task A_time_finer_than_the_stored_ones_lies_between_them(string op)
    {
        var stored = _population.Bind("{meta.created:mia}");

        Assert.That(await Difference("Users", $"meta.created {op} \"{stored.Replace("Z", "0001Z", StringComparison.Ordinal)}\""), Is.Null);
    }

    async Task<string?> Difference(string collection, string filter)
    {
        var parsed = FilterParser.Parse(filter, ResourceTypes.BuiltIn.ForCollection(collection)!);
        var fitting = _population
            .Of(collection)
            .Where(resource => FilterEvaluator.Matches(parsed, resource))
            .Select(Population.NameOf)
            .ToArray();
        var answer = await _population.Directory.Find($"/{collection}", filter);
        var found = answer.Status == 200 ? [.. answer.Resources.Select(Population.NameOf)] : new[] { answer.Body!.ToJsonString() };
        return found.SequenceEqual(fitting)
            ? null
            : $"{filter}\n  found   {string.Join(" | ", found)}\n  fitting {string.Join(" | ", fitting)}";
    }
}
