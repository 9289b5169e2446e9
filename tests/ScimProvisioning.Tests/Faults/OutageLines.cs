using ScimProvisioning.Tests.Admin;

namespace ScimProvisioning.Tests.Faults;

/// <summary>The two lines of the log that tell of an outage of the database.</summary>
static class OutageLines
{
    public static int Outages(this LogLines log) => Count(log, "PostgreSQL cannot serve");

    public static int EndedOutages(this LogLines log) => Count(log, "PostgreSQL serves again");

    /// <summary>Waits until each outage that has been told is over.</summary>
    public static Task UntilOutagesEndAsync(this LogLines log) =>
        Wait.UntilAsync(() => log.Outages() == log.EndedOutages(), "the outage is over");

    static int Count(LogLines log, string text) => log.All.Count(line => line.Contains(text, StringComparison.Ordinal));
}
