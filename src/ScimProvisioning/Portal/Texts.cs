using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace ScimProvisioning.Portal;

/// <summary>
/// The texts of the portal in one language, from <c>Texts/*.json</c>: one flat dictionary each, with <c>{0}</c> for what is filled in.
/// </summary>
sealed class Texts
{
    public const string Default = "en";

    public static readonly IReadOnlyList<string> Languages = [Default, "de"];

    static readonly FrozenDictionary<string, Lazy<Texts>> All = Languages.ToFrozenDictionary(
        language => language,
        language => new Lazy<Texts>(() => new(language))
    );

    readonly FrozenDictionary<string, string> _texts;

    Texts(string language)
    {
        Language = language;
        using var file = typeof(Texts).Assembly.GetManifestResourceStream($"portal/{language}.json")!;
        _texts = JsonSerializer.Deserialize<Dictionary<string, string>>(file)!.ToFrozenDictionary();
    }

    /// <summary>For <c>&lt;html lang&gt;</c>.</summary>
    public string Language { get; }

    public string this[string key, params object?[] values] =>
        values is [] ? _texts[key] : string.Format(CultureInfo.InvariantCulture, _texts[key], values);

    /// <summary>The text of a word of the API, such as a state; the word itself when there is none.</summary>
    public string Word(string group, string word) => _texts.GetValueOrDefault($"{group}.{word}", word);

    /// <summary>By what was chosen before, then by what the browser asks for.</summary>
    public static Texts Of(HttpContext http)
    {
        if (http.Request.Cookies["portal-" + Choices.Language] is { } chosen && All.TryGetValue(chosen, out var texts))
            return texts.Value;
        var asked = http
            .Request.GetTypedHeaders()
            .AcceptLanguage.OrderByDescending(language => language.Quality ?? 1)
            .Select(language => language.Value.ToString().Split('-')[0].ToLowerInvariant());
        return All[asked.FirstOrDefault(All.ContainsKey) ?? Default].Value;
    }
}
