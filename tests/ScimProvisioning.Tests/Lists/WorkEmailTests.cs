namespace ScimProvisioning.Tests.Lists;

/// <summary>Entra matches users by <c>emails[type eq "work"].value</c>. It has a column, for those who have one such e-mail.</summary>
[TestFixture, Parallelizable]
sealed class WorkEmailTests
{
    static readonly string Long = new string('x', 600) + "@example.com";

    readonly ScimServer _server = new();
    TestDirectory _usual = null!;
    TestDirectory _several = null!;

    /// <summary>The same users in two connections. In the second, one more has several work e-mails, and another a very long one.</summary>
    [OneTimeSetUp]
    public async Task Load()
    {
        (_usual, _several) = (await TestDirectory.CreateAsync(_server), await TestDirectory.CreateAsync(_server));
        foreach (var directory in (TestDirectory[])[_usual, _several])
        {
            await Create(directory, "ada", ("work", "Ada@Example.com"), ("home", "countess@example.com"));
            await Create(directory, "home", ("home", "ada@example.com"));
            await Create(directory, "grace", ("WORK", "grace@example.com"));
            await Create(directory, "twin", ("work", "same@example.com"));
            await Create(directory, "twin2", ("work", "same@example.com"));
        }
        await Create(_several, "both", ("work", "first@example.com"), ("Work", "second@example.com"));
        await Create(_several, "long", ("work", Long));
    }

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("emails[type eq \"work\"].value eq \"ada@example.com\"", "ada")]
    [TestCase("emails[type eq \"Work\" and value eq \"ADA@example.com\"]", "ada")]
    [TestCase("emails[value eq \"ada@example.com\" and type eq \"work\"]", "ada")]
    [TestCase("emails[type eq \"work\"] eq \"ada@example.com\"", "ada")]
    [TestCase("emails[type eq \"work\"].value eq \"ada@example.com\" and active eq true", "ada")]
    [TestCase("active eq true and emails[type eq \"work\"].value eq \"ada@example.com\"", "ada")]
    [TestCase("emails[type eq \"work\"].value eq \"ada@example.com\" and active eq false", "")]
    [TestCase("emails[type eq \"work\"].value eq \"countess@example.com\"", "")]
    [TestCase("emails[type eq \"work\"].value eq \"grace@example.com\"", "grace")]
    [TestCase("emails[type eq \"work\"].value eq \"same@example.com\"", "twin,twin2")]
    [TestCase("emails[type eq \"work\"].value eq \"\"", "")]
    [TestCase("emails[type eq \"home\"].value eq \"ada@example.com\"", "home")]
    [TestCase("emails[type eq \"work\"].value eq \"ada@example.com\" or userName eq \"home\"", "ada,home")]
    [TestCase("not (emails[type eq \"work\"].value eq \"ada@example.com\") and userName sw \"ada\"", "")]
    public async Task A_filter_finds_the_same_whether_or_not_somebody_has_several(string filter, string found)
    {
        Assert.That(await Found(_usual, filter), Is.EqualTo(found));
        Assert.That(await Found(_several, filter), Is.EqualTo(found));
    }

    [TestCase("first@example.com", "both")]
    [TestCase("second@example.com", "both")]
    public async Task Who_has_several_is_found_by_each(string value, string found) =>
        Assert.That(await Found(_several, $"emails[type eq \"work\"].value eq \"{value}\""), Is.EqualTo(found));

    [Test]
    public async Task One_too_long_for_an_index_is_found() =>
        Assert.That(await Found(_several, $"emails[type eq \"work\"].value eq \"{Long}\""), Is.EqualTo("long"));

    [Test]
    public async Task A_change_of_the_e_mail_is_found_at_once()
    {
        var directory = await TestDirectory.CreateAsync(_server);
        var id = await Create(directory, "ada", ("work", "old@example.com"));

        await directory.Patch($"/Users/{id}", """{"op":"Replace","path":"emails[type eq \"work\"].value","value":"New@example.com"}""");

        Assert.That(await Found(directory, "emails[type eq \"work\"].value eq \"old@example.com\""), Is.Empty);
        Assert.That(await Found(directory, "emails[type eq \"work\"].value eq \"new@example.com\""), Is.EqualTo("ada"));
    }

    [Test]
    public async Task Pages_of_many_with_the_same_e_mail_tell_how_many_there_are()
    {
        var path = $"/Users?count=1&filter={Uri.EscapeDataString("emails[type eq \"work\"].value eq \"same@example.com\"")}";

        var (first, second) = (await _usual.Get(path), await _usual.Get(path + "&startIndex=2"));

        Assert.That(((long)first["totalResults"]!, (long)second["totalResults"]!), Is.EqualTo((2L, 2L)));
        Assert.That((string?)first["Resources"]![0]!["id"], Is.Not.EqualTo((string?)second["Resources"]![0]!["id"]));
    }

    [TestCase("ada@example.com", "ada@example.com")]
    [TestCase("first@example.com", "")]
    public async Task The_column_holds_the_only_one(string value, string column)
    {
        var user = value == "ada@example.com" ? "ada" : "both";

        Assert.That(
            await _several.Ask<string>($"SELECT work_email FROM resources WHERE connection_id = $1 AND user_name = '{user}'"),
            Is.EqualTo(column)
        );
    }

    static async Task<string> Found(TestDirectory directory, string filter)
    {
        var answer = await directory.Find("/Users", filter);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Body?.ToJsonString());
        Assert.That((long)answer["totalResults"]!, Is.EqualTo(answer.Resources.Count));
        return string.Join(',', answer.Resources.Select(user => (string?)user["userName"]).Order());
    }

    static Task<string> Create(TestDirectory directory, string name, params (string Type, string Value)[] mails)
    {
        var list = string.Join(',', mails.Select(mail => $$"""{"type":"{{mail.Type}}","value":"{{mail.Value}}"}"""));
        return directory.Create("/Users", $$"""{"userName":"{{name}}","emails":[{{list}}]}""");
    }
}
