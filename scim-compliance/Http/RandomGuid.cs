namespace ScimCompliance.Http;

/// <summary>GUIDs by the chance of a run, so that equal seeds give equal ones; also from several threads.</summary>
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
