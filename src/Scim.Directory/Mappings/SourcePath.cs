namespace Scim.Directory;

/// <summary>The paths that a mapping may read.</summary>
static class SourcePath
{
    /// <summary>The parsed path; <c>null</c> when it leads to nothing that can be mapped, with the reason as a sentence.</summary>
    public static ResourcePath? TryParse(string text, ResourceType type, out string error)
    {
        error = "";
        try
        {
            var path = ResourcePath.Parse(text, type);
            if (
                path.Attribute != UserSchema.Groups
                && path.Attribute != CommonAttributes.Meta
                && path.Attribute != CommonAttributes.Schemas
            )
                return path;
            error = $"'{path.Attribute}' cannot be mapped: it is not sent by the identity provider.";
        }
        catch (ScimException e)
        {
            error = e.Message;
        }
        return null;
    }

    /// <summary>True for <c>userName</c>.</summary>
    public static bool IsUserName(ResourcePath path) => path.Attribute == UserSchema.UserName;

    /// <summary>True for <c>userName</c> and e-mail addresses, whose letter case means nothing.</summary>
    public static bool IsSignInName(ResourcePath path) => IsUserName(path) || path is { Schema: null, Attribute.Name: "emails" };
}
