namespace ScimProvisioning.Tests.Events;

/// <summary>Judges what the whole run has told: NUnit begins what is not parallel when everything else has ended.</summary>
[TestFixture, NonParallelizable]
sealed class ToldEventsTests
{
    [Test]
    public async Task Every_event_of_this_run_fits_the_schema_of_its_type()
    {
        var faults = new List<string>();
        foreach (var database in PostgresFixture.Databases)
            faults.AddRange(await EventCheck.FaultsIn(database));

        Assert.That(faults, Is.Empty, "src/ScimProvisioning/Events/event-schemas.json is what applications go by.");
    }
}
