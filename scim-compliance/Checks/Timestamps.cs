using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimCompliance.Http;

namespace ScimCompliance.Checks;

/// <summary>Times in the form of RFC 7643 §2.3.5.</summary>
static partial class Timestamps
{
    /// <summary>Null when it is no xsd:dateTime with date and time.</summary>
    public static DateTimeOffset? Parse(JsonNode? value) =>
        Pattern().IsMatch(value.Text())
        && DateTimeOffset.TryParse(value.Text(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;

    /// <summary>meta.lastModified, which must be readable.</summary>
    public static DateTimeOffset LastModified(this Reply reply) =>
        Parse(reply["meta.lastModified"]) ?? throw new Blocked("meta.lastModified is no date and time");

    /// <summary>
    /// Expects a write to make meta.lastModified later. Tries several times, since two writes may fall into the same millisecond. Not
    /// applicable to a server that counts in whole seconds.
    /// </summary>
    public static async Task ExpectLaterLastModified(this CheckRun run, CreatedResource made, Func<int, Task> write)
    {
        var before = (await run.Read(made)).LastModified();
        var after = before;
        for (var tries = 1; tries <= 5 && after <= before; tries++)
        {
            await write(tries);
            var read = await run.Read(made);
            after = read.LastModified();
            read.That(after >= before, $"meta.lastModified is not before {before:O}", $"{after:O}");
        }
        if (after == before && before.Ticks % TimeSpan.TicksPerSecond is 0)
            throw new NotOffered("meta.lastModified counts in whole seconds");
        if (after == before)
            throw new CheckFailed($"meta.lastModified is later than {before:O}", "the same after five changes");
    }

    [GeneratedRegex("""^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$""")]
    private static partial Regex Pattern();
}
