namespace ScimCompliance.Http;

/// <summary>GUIDs from the random numbers of a run: equal seeds give equal GUIDs. Safe for several threads.</summary>
static class RandomGuid
{
    public static string NextGuid(this Random random)
    {
        var bytes = new byte[16];
        lock (random)
            random.NextBytes(bytes);
        return new Guid(bytes).ToString();
    }
}
