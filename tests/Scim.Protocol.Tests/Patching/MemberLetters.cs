using System.Text.RegularExpressions;

namespace Scim.Tests.Patching;

/// <summary>Members written as the letters a to f, each of which stands for an id.</summary>
static partial class MemberLetters
{
    public static Guid Id(char letter) => Guid.Parse(new string(letter, 32));

    public static HashSet<Guid> Ids(string letters) => [.. letters.Select(Id)];

    public static string Show(IEnumerable<Guid> ids) => string.Concat(ids.Select(id => id.ToString()[0]).Order());

    /// <summary>Puts ids for <c>&lt;a&gt;</c> and lists of members for <c>{ab}</c>.</summary>
    public static string Fill(string text) =>
        List().Replace(Single().Replace(text, m => Id(m.Groups[1].Value[0]).ToString()), m => Members(m.Groups[1].Value));

    /// <summary>An array of members as JSON.</summary>
    public static string Members(string letters) => $"[{string.Join(",", letters.Select(letter => $$"""{"value":"{{Id(letter)}}"}"""))}]";

    /// <summary>Operations on a group, such as <c>{"op":"add","path":"members","value":{ab}}</c>, as the parser reads them.</summary>
    public static IReadOnlyList<PatchOperation> Parse(string operations) =>
        PatchParser.Parse(Wire.Json($$"""{"Operations":[{{Fill(operations)}}]}"""), ResourceType.Group);

    [GeneratedRegex("<([a-f])>")]
    private static partial Regex Single();

    [GeneratedRegex(@"\{([a-f]+)\}")]
    private static partial Regex List();
}
