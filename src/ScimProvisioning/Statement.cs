using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace ScimProvisioning;

/// <summary>What the API says in English. By the code and what is filled in, the portal says the same in another language.</summary>
/// <param name="Code">Such as <c>health.guard</c>: the key of the text in <c>Portal/Texts/api.*.json</c>.</param>
/// <param name="Values">What is filled in: numbers, texts, times, and other statements.</param>
// Public, because parts of pages have it, which the Razor compiler makes.
public sealed record Statement(string Code, string English, params IReadOnlyList<object?> Values)
{
    /// <param name="text">Interpolated, all parts of it; what has nothing to fill in needs no more than the constructor.</param>
    public static Statement Of(string code, StatementText text) => new(code, text.English, text.Values);

    /// <summary>All of them in English, one after the other.</summary>
    public static string Join(IEnumerable<Statement> statements) => string.Join(' ', statements.Select(statement => statement.English));

    /// <inheritdoc/>
    public override string ToString() => English;
}

/// <summary>An interpolated string that remembers what was filled in.</summary>
[InterpolatedStringHandler]
public sealed class StatementText(int literalLength, int formattedCount)
{
    readonly StringBuilder _english = new(literalLength);
    readonly List<object?> _values = new(formattedCount);

    public string English => _english.ToString();

    public IReadOnlyList<object?> Values => _values;

    public void AppendLiteral(string text) => _english.Append(text);

    public void AppendFormatted(object? value)
    {
        _values.Add(value);
        _english.Append(
            value switch
            {
                DateTimeOffset at => at.UtcDateTime.ToString("d MMMM yyyy 'at' HH:mm 'UTC'", CultureInfo.InvariantCulture),
                IEnumerable<Statement> statements => Statement.Join(statements),
                _ => Convert.ToString(value, CultureInfo.InvariantCulture),
            }
        );
    }
}
