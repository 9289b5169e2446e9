using System.Text.Json.Nodes;

namespace Scim.Directory;

/// <summary>What is wrong with one field of a message, for a 400.</summary>
/// <param name="Field">The field within its part, such as <c>attributes[2].paths[0]</c>.</param>
/// <param name="Message">A sentence that says what must be there.</param>
/// <param name="Part"><c>mapping</c>, <c>scope</c> or <c>roleMappings</c>; empty where a message has one part only.</param>
public sealed record FieldError(string Field, string Message, string Part = "")
{
    /// <summary>The field with its part, such as <c>mapping.attributes[2].paths[0]</c>.</summary>
    public string FullName => Part.Length == 0 ? Field : $"{Part}.{Field}";

    /// <summary>The error of a message with text that no database stores, or <c>null</c>. Look for it before anything else.</summary>
    internal static FieldError? Unstorable(JsonObject message)
    {
        try
        {
            StorableText.Require(message);
            return null;
        }
        catch (ScimException e)
        {
            return new("", e.Message);
        }
    }
}
