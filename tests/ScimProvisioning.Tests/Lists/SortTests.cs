using Scim;

namespace ScimProvisioning.Tests.Lists;

/// <summary>
/// RFC 7644 §3.4.2.3: lists are sorted by any attribute, according to its type and caseExact. Resources without a value
/// come last, in descending order first.
/// </summary>
[TestFixture, Parallelizable]
sealed class SortTests
{
    const string Badge = "urn:acme:Badge";

    static readonly string[] Users =
    [
        $$$"""{"userName":"Dora","displayName":"zoe","name":{"familyName":"Smith"},"active":false,"{{{Badge}}}":{"Level":"10"}}""",
        """{"userName":"anna","displayName":"Ann","externalId":"B","emails":[{"value":"m@x"},{"value":"a@x","primary":true}]}""",
        """{"userName":"Carl","externalId":"a","name":{"familyName":"smith"},"emails":[{"value":"B@x"}]}""",
        $$$"""{"userName":"bob","displayName":"ANN","{{{EnterpriseUserSchema.Id}}}":{"department":"Sales"},"{{{Badge}}}":{"Level":"9"}}""",
    ];

    readonly ScimServer _server = new();
    TestDirectory _directory = null!;

    [OneTimeSetUp]
    public async Task Load()
    {
        _directory = await TestDirectory.CreateAsync(_server);
        foreach (var user in Users)
        {
            await _directory.Create("/Users", user);
            _server.Clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("userName", "anna bob Carl Dora")]
    [TestCase("USERNAME", "anna bob Carl Dora")]
    [TestCase("displayName", "anna bob Dora Carl")]
    [TestCase("externalId", "anna Carl Dora bob")]
    [TestCase("name.familyName", "Dora Carl anna bob")]
    [TestCase("active", "Dora anna Carl bob")]
    [TestCase("emails", "anna Carl Dora bob")]
    [TestCase("emails.value", "anna Carl Dora bob")]
    [TestCase("id", "Dora anna Carl bob")]
    [TestCase("meta.created", "Dora anna Carl bob")]
    [TestCase("meta.lastModified", "Dora anna Carl bob")]
    [TestCase("meta.version", "Dora anna Carl bob")]
    [TestCase("department", "bob Dora anna Carl")]
    [TestCase(EnterpriseUserSchema.Id + ":department", "bob Dora anna Carl")]
    [TestCase(Badge + ":level", "Dora bob anna Carl")]
    public async Task Resources_come_in_the_order_of_an_attribute_and_descending_in_the_reverse(string sortBy, string names)
    {
        var ascending = await NamesAsync($"sortBy={sortBy}");
        var descending = await NamesAsync($"sortBy={sortBy}&sortOrder=descending");

        Assert.That(string.Join(' ', ascending), Is.EqualTo(names));
        Assert.That(descending, Is.EqualTo(ascending.Reverse()));
    }

    [TestCase("sortBy=userName&startIndex=2&count=2", "bob Carl")]
    [TestCase("sortBy=userName&filter=active+eq+true", "anna bob Carl")]
    [TestCase("sortBy=displayName&sortOrder=Descending&count=1", "Carl")]
    [TestCase("sortOrder=descending", "bob Carl anna Dora")]
    [TestCase("sortBy=&sortOrder=", "Dora anna Carl bob")]
    public async Task An_order_goes_with_pages_and_filters(string query, string names) =>
        Assert.That(string.Join(' ', await NamesAsync(query)), Is.EqualTo(names));

    [TestCase("sortBy=nonsense", "invalidPath")]
    [TestCase("sortBy=name", "invalidPath")]
    [TestCase("sortBy=groups.value", "invalidPath")]
    [TestCase("sortBy=password", "invalidPath")]
    [TestCase("sortBy=userName&sortOrder=sideways", "invalidValue")]
    public async Task An_order_that_means_nothing_is_refused(string query, string scimType) =>
        Assert.That((await _directory.Get($"/Users?{query}")).Error, Is.EqualTo((400, scimType)));

    async Task<string[]> NamesAsync(string query) =>
        [.. (await _directory.Get($"/Users?{query}")).Resources.Select(user => (string)user["userName"]!)];
}
