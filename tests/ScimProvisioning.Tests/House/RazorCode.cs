using System.Text.RegularExpressions;

namespace ScimProvisioning.Tests.House;

/// <summary>
/// What the Razor compiler would make of a page, as far as it tells which types the page uses: its usings, what it inherits, its code, and
/// the expressions between its markup. Which page or part a tag names is left out.
/// </summary>
static partial class RazorCode
{
    static readonly string Imports = string.Concat(
        System
            .IO.Directory.EnumerateFiles(SourceGraph.Source, "_Imports.razor", SearchOption.AllDirectories)
            .SelectMany(File.ReadLines)
            .Where(line => line.StartsWith("@using ", StringComparison.Ordinal))
            .Select(line => $"{line[1..].TrimEnd(';')};\n")
    );

    /// <param name="file">Path below <see cref="SourceGraph.Source"/>, with forward slashes.</param>
    public static string Of(string file, string page)
    {
        var parts = page.Split("\n@code", 2);
        var (markup, code) = (parts[0], parts is [_, var block] ? block.Trim() : "{\n}");
        // Markup as a value, of which the compiler makes code of its own.
        code = Template().Replace(code, "null!;");
        var usings = string.Concat(Using().Matches(markup).Select(line => $"using {line.Groups[1].Value};\n"));
        var fields = Injected().Matches(markup).Select(line => $"    {line.Groups[1].Value};\n");
        var inherited = Inherited().Match(markup) is { Success: true } from ? $" : {from.Groups[1].Value}" : "";
        var expressions = Expression().Matches(markup).Select((text, i) => $"    object? Markup{i} => {text.Groups[1].Value};\n");
        return $"{Imports}{usings}\nnamespace ScimProvisioning.{Use.RoomOf(file).Replace('/', '.')};\n"
            + $"class {Path.GetFileNameWithoutExtension(file)}{inherited}\n"
            + $"{code[..code.LastIndexOf('}')]}{string.Concat(fields)}{string.Concat(expressions)}}}\n";
    }

    [GeneratedRegex(@"^@using (.+?);?\s*$", RegexOptions.Multiline)]
    private static partial Regex Using();

    [GeneratedRegex(@"^@inject (.+?);?\s*$", RegexOptions.Multiline)]
    private static partial Regex Injected();

    [GeneratedRegex(@"^@inherits (\S+)\s*$", RegexOptions.Multiline)]
    private static partial Regex Inherited();

    [GeneratedRegex(@"@<(\w+)[\s\S]*?</\1>;")]
    private static partial Regex Template();

    // Simple ones, such as @PortalPaths.Here(Http) and @(…): enough to name a type.
    [GeneratedRegex(@"@\(?([A-Z][\w.]*(?:\([^()]*\))?)")]
    private static partial Regex Expression();
}
