using System.Runtime.CompilerServices;
using System.Text;

namespace ScimProvisioning.Directory.Imports;

/// <summary>A record of a CSV file.</summary>
/// <param name="Line">The line where it begins, from 1 on.</param>
/// <param name="Size">Characters of its fields.</param>
readonly record struct CsvRecord(long Line, IReadOnlyList<string> Fields, int Size);

/// <summary>
/// Reads CSV as RFC 4180 has it, in UTF-8, a record at a time. Lines may end with LF or CR alone; empty ones are passed over.
/// </summary>
sealed class CsvRecords(Stream file)
{
    const int BufferSize = 16 * 1024;
    const char End = '\uffff';

    readonly char[] _buffer = new char[BufferSize];
    readonly StringBuilder _field = new();
    int _length;
    int _place;
    long _line = 1;

    /// <exception cref="UnreadableFileException">No record can be told from the next any more.</exception>
    public async IAsyncEnumerable<CsvRecord> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        using var text = new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true), leaveOpen: true);
        var (fields, size, start) = (new List<string>(), 0, _line);
        while (true)
        {
            if (fields.Count == 0)
                start = _line;
            var next = await FieldAsync(text, start, size, ct);
            size += _field.Length;
            fields.Add(_field.ToString());
            if (next == ',')
                continue;
            if (fields is not [""])
                yield return new(start, fields, size);
            if (next == End)
                yield break;
            (fields, size) = ([], 0);
        }
    }

    /// <summary>Reads a field and what ends it: a comma, a line feed, or the end of the file.</summary>
    async ValueTask<char> FieldAsync(StreamReader text, long start, int size, CancellationToken ct)
    {
        _field.Clear();
        var next = await NextAsync(text, ct);
        if (next == '"')
            return await QuotedAsync(text, start, size, ct);
        while (next is not (',' or '\n' or '\r' or End))
        {
            if (next == '"')
                throw new UnreadableFileException(
                    _line,
                    "A quotation mark within a field: put the field in quotation marks and double it."
                );
            Append(next, start, size);
            next = await NextAsync(text, ct);
        }
        return next == '\r' ? await EndLineAsync(text, ct) : next;
    }

    /// <summary>After a CR a LF may come, or, as some programs write, none.</summary>
    async ValueTask<char> EndLineAsync(StreamReader text, CancellationToken ct)
    {
        if (await FillAsync(text, ct) && _buffer[_place] == '\n')
            _place++;
        _line++;
        return '\n';
    }

    async ValueTask<char> QuotedAsync(StreamReader text, long start, int size, CancellationToken ct)
    {
        while (true)
        {
            var next = await NextAsync(text, ct);
            if (next == End)
                throw new UnreadableFileException(start, "A field of this record has no closing quotation mark.");
            if (next != '"')
            {
                Append(next, start, size);
                continue;
            }
            next = await NextAsync(text, ct);
            if (next == '"')
            {
                Append(next, start, size);
                continue;
            }
            if (next == '\r')
                next = await EndLineAsync(text, ct);
            if (next is ',' or '\n' or End)
                return next;
            throw new UnreadableFileException(_line, "After a closing quotation mark a comma or a new line must come.");
        }
    }

    void Append(char next, long start, int size)
    {
        if (size + _field.Length >= FileRow.Longest)
            throw new UnreadableFileException(
                start,
                $"The record is longer than {FileRow.Longest / 1024} KB: is a quotation mark missing?"
            );
        _field.Append(next);
    }

    async ValueTask<char> NextAsync(StreamReader text, CancellationToken ct)
    {
        if (!await FillAsync(text, ct))
            return End;
        var next = _buffer[_place++];
        if (next == '\n')
            _line++;
        return next;
    }

    /// <returns>Whether there is a next character.</returns>
    async ValueTask<bool> FillAsync(StreamReader text, CancellationToken ct)
    {
        if (_place < _length)
            return true;
        try
        {
            (_place, _length) = (0, await text.ReadAsync(_buffer.AsMemory(), ct));
        }
        catch (DecoderFallbackException)
        {
            throw new UnreadableFileException(_line, "From about this line on the file is not in UTF-8.");
        }
        return _length > 0;
    }
}
