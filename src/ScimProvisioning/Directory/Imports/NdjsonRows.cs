using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Scim;
using ScimProvisioning.Api;

namespace ScimProvisioning.Directory.Imports;

/// <summary>Reads a file with a JSON object on each line, a row at a time.</summary>
static class NdjsonRows
{
    const int MaxDepth = 32;

    public static async IAsyncEnumerable<FileRow> ReadAsync(Stream file, [EnumeratorCancellation] CancellationToken ct)
    {
        var pipe = PipeReader.Create(file, new(bufferSize: 64 * 1024, leaveOpen: true));
        var (line, skips) = (0L, false);
        while (true)
        {
            var read = await pipe.ReadAsync(ct);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                line++;
                if (!skips && Row(rest.Slice(0, end), line) is { } row)
                    yield return row;
                skips = false;
                rest = rest.Slice(rest.GetPosition(1, end));
            }
            if (rest.Length > FileRow.Longest)
            {
                if (!skips)
                    yield return FileRow.TooLong(line + 1);
                skips = true;
                rest = rest.Slice(rest.End);
            }
            if (read.IsCompleted)
            {
                if (!skips && Row(rest, line + 1) is { } last)
                    yield return last;
                break;
            }
            pipe.AdvanceTo(rest.Start, rest.End);
        }
        await pipe.CompleteAsync();
    }

    /// <summary><c>null</c> for an empty line.</summary>
    static FileRow? Row(ReadOnlySequence<byte> text, long line)
    {
        if (text.Length > FileRow.Longest)
            return FileRow.TooLong(line);
        var json = text.ToArray().AsSpan().Trim(" \t\r"u8);
        if (json.IsEmpty)
            return null;
        try
        {
            return new(line, JsonBody.Read(json, MaxDepth), json.Length);
        }
        catch (ScimException e)
        {
            return new(line, null, json.Length, e.Message);
        }
    }
}
