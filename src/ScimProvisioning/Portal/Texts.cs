using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;

namespace ScimProvisioning.Portal;

/// <summary>
/// The texts of the portal in one language, from <c>Texts/*.json</c>: one flat dictionary each, with <c>{0}</c> for what is filled in.
/// What the API says in English stands in the other languages by its code, in <c>Texts/api.*.json</c>.
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
    readonly FrozenDictionary<string, string> _ofApi;

    Texts(string language)
    {
        Language = language;
        _texts = Read(language);
        _ofApi = language == Default ? FrozenDictionary<string, string>.Empty : Read($"api.{language}");
    }

    /// <summary>For <c>&lt;html lang&gt;</c>.</summary>
    public string Language { get; }

    public string this[string key, params object?[] values] =>
        values is [] ? _texts[key] : string.Format(CultureInfo.InvariantCulture, _texts[key], values);

    /// <summary>The text of a word of the API, such as a state; the word itself when there is none.</summary>
    public string Word(string group, string word) => _texts.GetValueOrDefault($"{group}.{word}", word);

    /// <summary>What the API says.</summary>
    public string Say(Statement statement) =>
        _ofApi.TryGetValue(statement.Code, out var text)
            ? string.Format(CultureInfo.InvariantCulture, text, statement.Values.Select(Filled).ToArray())
            : statement.English;

    /// <summary>The same of all of them, one after the other.</summary>
    public string Say(IEnumerable<Statement> statements) => string.Join(' ', statements.Select(Say));

    object? Filled(object? value) =>
        value switch
        {
            Statement statement => Say(statement),
            IEnumerable<Statement> statements => Say(statements),
            DateTimeOffset at => string.Format(CultureInfo.InvariantCulture, _ofApi["time"], at.UtcDateTime),
            _ => value,
        };

    static FrozenDictionary<string, string> Read(string name)
    {
        using var file = typeof(Texts).Assembly.GetManifestResourceStream($"portal/{name}.json")!;
        return JsonSerializer.Deserialize<Dictionary<string, string>>(file)!.ToFrozenDictionary();
    }

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
