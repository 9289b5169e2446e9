using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace ScimProvisioning.Support.Instructions;

/// <summary>What an administrator of an identity provider has to do. There is no secret in it, so it can be printed and sent.</summary>
/// <param name="Url">What the identity provider calls the field for the address.</param>
/// <param name="Token">What it calls the field for the token.</param>
sealed record InstructionSheet(string Title, string Intro, string Url, string Token, IReadOnlyList<InstructionSection> Sections)
{
    public static readonly IReadOnlyList<string> Languages = ["en", "de"];

    static readonly FrozenDictionary<string, Lazy<Texts>> All = Languages.ToFrozenDictionary(
        language => language,
        language => new Lazy<Texts>(() => Read(language))
    );

    /// <param name="provider">A provider of a connection, such as <c>entra</c>.</param>
    public static InstructionSheet For(string language, string provider, string product, string tenantUrl)
    {
        var texts = All[language].Value;
        var own = texts.Providers[provider];
        return new(
            Filled(texts.Title),
            Filled(texts.Intro),
            own.Url,
            own.Token,
            [
                .. (provider == "entra" ? texts.Entra : texts.Other).Select(section =>
                    section with
                    {
                        Title = Filled(section.Title),
                        Lines = [.. (own.Lines?.GetValueOrDefault(section.Step) ?? section.Lines).Select(Filled)],
                    }
                ),
            ]
        );

        string Filled(string text) =>
            text.Replace("{provider}", own.Name, StringComparison.Ordinal)
                .Replace("{url}", own.Url, StringComparison.Ordinal)
                .Replace("{token}", own.Token, StringComparison.Ordinal)
                .Replace("{tenantUrl}", tenantUrl, StringComparison.Ordinal)
                .Replace("{product}", product, StringComparison.Ordinal);
    }

    public string ToMarkdown()
    {
        var text = new StringBuilder($"# {Title}\n\n{Intro}\n");
        foreach (var section in Sections)
        {
            text.Append($"\n## {section.Title}\n\n");
            foreach (var (line, i) in section.Lines.Select((line, i) => (line, i)))
                text.Append($"{i + 1}. {line}\n");
        }
        return text.ToString();
    }

    static Texts Read(string language)
    {
        using var file = typeof(InstructionSheet).Assembly.GetManifestResourceStream($"instructions/{language}.json")!;
        return JsonSerializer.Deserialize<Texts>(file, JsonSerializerOptions.Web)!;
    }

    sealed record Texts(
        string Title,
        string Intro,
        Dictionary<string, ProviderTexts> Providers,
        IReadOnlyList<InstructionSection> Entra,
        IReadOnlyList<InstructionSection> Other
    );

    /// <param name="Lines">By step: what it has instead of the lines for all.</param>
    sealed record ProviderTexts(string Name, string Url, string Token, Dictionary<string, IReadOnlyList<string>>? Lines);
}

/// <summary>One step.</summary>
/// <param name="Step">Its name, the same in each language: before, application, credentials, test, mapping, user or on.</param>
/// <param name="Lines">What to do, one after the other, with <c>**</c> around the words of the identity provider.</param>
sealed record InstructionSection(string Step, string Title, IReadOnlyList<string> Lines);
