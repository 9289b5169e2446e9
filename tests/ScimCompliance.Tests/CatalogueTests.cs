using ScimCompliance.Checks;
using ScimCompliance.Verify;

namespace ScimCompliance.Tests;

/// <summary>Every check has an id, can be chosen, and explains itself.</summary>
sealed class CatalogueTests
{
    [Test]
    public void Ids_are_unique() => Assert.That(Catalogue.All.Select(check => check.Id), Is.Unique);

    [Test]
    public void There_are_enough_of_them() => Assert.That(Catalogue.All, Has.Count.AtLeast(250));

    [Test]
    public void Ids_are_dotted_words() =>
        Assert.That(Catalogue.All.Select(check => check.Id), Has.All.Match(@"^[a-z]+(\.[A-Za-z0-9-]+)+$"));

    [Test]
    public void Every_check_says_what_it_is_why_it_matters_and_what_to_change()
    {
        Assert.Multiple(() =>
        {
            foreach (var check in Catalogue.All)
            {
                Assert.That(check.Title, Does.Match(@"^\S.*[^.\s]$"), check.Id);
                Assert.That(check.Rule, Does.Match(@"^\S.*[^.\s]$"), check.Id);
                Assert.That(check.Why, Does.Match(@"^\S.*\.$"), check.Id);
                // An example may be at its end.
                Assert.That(check.Change, Does.Match(@"^\S.*(\.|[}\]])$"), check.Id);
                Assert.That(check.Title + check.Why + check.Change, Does.Not.Match(@"\w!"), check.Id);
                Assert.That(check.Profiles, Is.Not.Zero, check.Id);
            }
        });
    }

    [TestCase("users.create.minimal", "users.create.minimal")]
    [TestCase("users.create.duplicate", "users.create.duplicate", "users.create.duplicate.letter-case", "users.create.duplicate.unharmed")]
    [TestCase("patch.op.", "patch.op.add", "patch.op.replace", "patch.op.remove")]
    [TestCase("patch.op.*", "patch.op.add", "patch.op.replace", "patch.op.remove")]
    public void Checks_are_chosen_by_id_or_by_its_beginning(string only, params string[] chosen) =>
        Assert.That(Catalogue.Choose(Profiles.All, [only]).Select(check => check.Id), Is.EquivalentTo(chosen));

    [TestCase(Profiles.All, "users.create.min")]
    [TestCase(Profiles.All, "users.create", "typo")]
    [TestCase(Profiles.Rfc, "okta")]
    public void A_name_that_chooses_nothing_cannot_run(Profiles profile, params string[] only) =>
        Assert.That(() => Catalogue.Choose(profile, only), Throws.TypeOf<CannotRun>());

    [Test]
    public void Checks_can_be_left_out() =>
        Assert.That(
            Catalogue.Choose(Profiles.All, ["patch.op"], ["patch.op.add"]).Select(check => check.Id),
            Is.EqualTo(new[] { "patch.op.replace", "patch.op.remove" })
        );

    [TestCase(Profiles.Rfc)]
    [TestCase(Profiles.Entra)]
    [TestCase(Profiles.Okta)]
    public void A_profile_has_its_own_checks_and_not_all(Profiles profile)
    {
        var chosen = Catalogue.Choose(profile, []).ToList();

        Assert.That(chosen, Is.Not.Empty.And.All.Matches<Check>(check => check.Profiles.HasFlag(profile)));
        Assert.That(chosen, Has.Count.LessThan(Catalogue.All.Count));
    }
}
