namespace Scim;

/// <summary>Where a value stands, for an error. The text is made only then: each value of each resource has a place.</summary>
/// <param name="Schema">URI of the extension; <c>null</c> for the core schema, and when the name has it.</param>
/// <param name="Name">The attribute's name or path.</param>
/// <param name="Sub">The sub-attribute's name, or <c>null</c>.</param>
readonly record struct ValuePlace(string? Schema, string Name, string? Sub = null)
{
    /// <summary>The place of a sub-attribute of the value.</summary>
    public ValuePlace Of(string sub) => Sub is null ? this with { Sub = sub } : new(null, ToString(), sub);

    public override string ToString() => (Schema is null ? "" : Schema + ":") + Name + (Sub is null ? "" : "." + Sub);

    public static implicit operator ValuePlace(string path) => new(null, path);
}
