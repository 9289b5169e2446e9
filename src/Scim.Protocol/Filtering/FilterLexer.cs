using System.Collections.Frozen;
using System.Text.Json;

namespace Scim;

enum FilterTokenKind
{
    Word,
    String,
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    End,
}

/// <summary>Splits a filter into words, JSON strings and brackets, one token at a time.</summary>
sealed class FilterLexer
{
    public static readonly FrozenDictionary<string, CompareOperator> Operators = Enum.GetValues<CompareOperator>()
        .ToFrozenDictionary(op => op.ToString(), StringComparer.OrdinalIgnoreCase);

    const string WhiteSpace = " \t\r\n";
    const string Delimiters = WhiteSpace + "()[]\"";

    readonly string _source;
    int _end;

    public FilterLexer(string source)
    {
        _source = source;
        Next();
    }

    public FilterTokenKind Kind { get; private set; }

    /// <summary>The word, or the string without quotes and escapes.</summary>
    public string Text { get; private set; } = "";

    /// <summary>Where the token begins, counted from 1.</summary>
    public int Position { get; private set; }

    public bool IsOperator => Kind is FilterTokenKind.Word && (Operators.ContainsKey(Text) || IsWord("ne") || IsWord("pr"));

    public void Next()
    {
        while (_end < _source.Length && WhiteSpace.Contains(_source[_end]))
            _end++;
        var start = _end;
        Position = start + 1;
        if (start == _source.Length)
        {
            (Kind, Text) = (FilterTokenKind.End, "");
            return;
        }
        switch (_source[start])
        {
            case '"':
                ReadString(start);
                return;
            case '(' or ')' or '[' or ']':
                _end++;
                Kind = _source[start] switch
                {
                    '(' => FilterTokenKind.Open,
                    ')' => FilterTokenKind.Close,
                    '[' => FilterTokenKind.OpenBracket,
                    _ => FilterTokenKind.CloseBracket,
                };
                Text = _source[start].ToString();
                return;
            default:
                while (_end < _source.Length && !Delimiters.Contains(_source[_end]))
                    _end++;
                (Kind, Text) = (FilterTokenKind.Word, _source[start.._end]);
                return;
        }
    }

    public bool IsWord(string word) => Kind is FilterTokenKind.Word && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    public bool TakeWord(string word)
    {
        if (!IsWord(word))
            return false;
        Next();
        return true;
    }

    public void Take(FilterTokenKind kind, string expected)
    {
        if (Kind != kind)
            throw Expected(expected);
        Next();
    }

    /// <summary>True when that character follows the current token. White space may come before it, except before '.'.</summary>
    public bool NextIs(char character)
    {
        var next = _end;
        while (character != '.' && next < _source.Length && WhiteSpace.Contains(_source[next]))
            next++;
        return next < _source.Length && _source[next] == character;
    }

    public ScimException Expected(string expected) => ScimException.InvalidFilter(Expectation(expected));

    public string Expectation(string expected)
    {
        var found =
            Kind is FilterTokenKind.End ? "the end"
            : Kind is FilterTokenKind.String ? "a string"
            : ScimException.Quote(Text);
        return $"Expected {expected} at position {Position}, found {found}.";
    }

    void ReadString(int start)
    {
        for (_end++; _end < _source.Length && _source[_end] != '"'; _end++)
            if (_source[_end] == '\\')
                _end++;
        if (_end >= _source.Length)
            throw ScimException.InvalidFilter($"The string at position {Position} has no closing quote.");
        _end++;
        var text = _source.AsSpan(start + 1, _end - start - 2);
        if (!text.ContainsAnyExceptInRange(' ', '~') && !text.Contains('\\'))
        {
            (Kind, Text) = (FilterTokenKind.String, text.ToString());
            return;
        }
        try
        {
            (Kind, Text) = (FilterTokenKind.String, JsonSerializer.Deserialize<string>(_source.AsSpan(start, _end - start))!);
        }
        catch (Exception e) when (e is JsonException or ArgumentException) // ArgumentException: half a surrogate pair
        {
            throw ScimException.InvalidFilter(
                $"The string at position {Position} is not a JSON string: check its backslashes and control characters."
            );
        }
    }
}
