namespace ScimProvisioning.Storage.Resources;

/// <summary>Ids are lower-case hyphenated UUIDs, matched exactly: any other spelling names nothing.</summary>
static class ResourceId
{
    public static bool TryParse(string text, out Guid id) => Guid.TryParseExact(text, "D", out id) && id.ToString() == text;
}
