using FsCheck;
using FsCheck.Fluent;
using Npgsql;
using Scim;
using ScimProvisioning.Tests.Filtering;

namespace ScimProvisioning.Tests.Generated;

/// <summary>
/// The database selects the same resources as <see cref="FilterEvaluator"/> for any resource and any filter.
/// <c>SCIM_FILTER_PAIRS</c> says how many pairs of a resource and a filter are compared, <c>SCIM_FILTER_SEED</c> which.
/// </summary>
[TestFixture, Parallelizable]
sealed class GeneratedFilterTests
{
    const int PerType = 100;
    const int FiltersPerType = 50;

    static readonly long Pairs = GeneratedAmount.Of("SCIM_FILTER_PAIRS", 30_000);
    static readonly int Seed = (int)GeneratedAmount.Of("SCIM_FILTER_SEED", 3);

    readonly ScimServer _server = new();

    [OneTimeSetUp]
    public void Start() => _server.StartServer();

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [Test]
    public async Task A_random_filter_selects_the_random_resources_that_fit()
    {
        var (pairs, fitting, filters, differences) = (0L, 0L, new HashSet<string>(), new List<string>());
        for (var seed = Seed; pairs < Pairs && differences.Count < 20; seed++)
        {
            var directory = await GeneratedDirectory.LoadAsync(_server, (await _server.Connect()).Id, seed, PerType);
            foreach (var type in GeneratedTypes.Now.All)
            {
                var resources = directory.Resources[type.Name];
                foreach (
                    var filter in new FilterGenerator(resources.Values, type)
                        .Filter()
                        .Sample(FiltersPerType, new Rnd((ulong)seed), size: 50)
                )
                {
                    if (Parsed(filter, type) is not { } parsed)
                        continue;
                    var expected = resources.Where(r => FilterEvaluator.Matches(parsed, r.Value)).Select(r => r.Key).ToHashSet();
                    foreach (var found in await FindAsync(directory, type, parsed, seed))
                        if (!found.SetEquals(expected))
                            differences.Add(
                                Describe(seed, filter, found, expected, resources.ToDictionary(r => r.Key, r => r.Value.ToJsonString()))
                            );
                    (pairs, fitting) = (pairs + resources.Count, fitting + expected.Count);
                    filters.Add(filter);
                }
            }
        }
        TestContext.Out.WriteLine($"{pairs:N0} pairs, {filters.Count:N0} filters, {fitting:N0} pairs fit");

        Assert.That(differences, Is.Empty);
        Assert.That((double)fitting / pairs, Is.InRange(0.05, 0.95));
    }

    /// <summary>Adds the filter to the exception when the database refuses it.</summary>
    static async Task<IReadOnlyList<HashSet<Guid>>> FindAsync(
        GeneratedDirectory directory,
        ResourceType type,
        FilterExpression filter,
        int seed
    )
    {
        try
        {
            return await directory.FindAsync(type, filter);
        }
        catch (NpgsqlException e)
        {
            throw new InvalidOperationException($"seed {seed}, {type}: {filter}", e);
        }
    }

    /// <summary><c>null</c> for a filter that is refused, such as a comparison with a complex attribute.</summary>
    static FilterExpression? Parsed(string filter, ResourceType type)
    {
        try
        {
            return FilterParser.Parse(filter, type);
        }
        catch (ScimException)
        {
            return null;
        }
    }

    static string Describe(int seed, string filter, HashSet<Guid> found, HashSet<Guid> expected, Dictionary<Guid, string> resources)
    {
        return $"seed {seed}: {filter}\n  missing {First(expected.Except(found))}\n  too much {First(found.Except(expected))}";

        string? First(IEnumerable<Guid> ids) => ids.Select(id => resources[id]).FirstOrDefault();
    }
}
