namespace ScimProvisioning.Storage.Resources;

/// <summary>The JSON of related resources, made from the text that the statements of <see cref="RelatedResources"/> read.</summary>
/// <remarks>Made by PostgreSQL, it would cost more there than it costs here, and be three times as long on its way.</remarks>
static class RelatedJson
{
    const int IdLength = 36;

    /// <summary>
    /// The elements of the array. The text is the caller's URL, escaped for JSON, and a line for each: its id, its type (nothing for the
    /// groups of a user), a space, and its name, which is JSON and so has no line break.
    /// </summary>
    public static ReadOnlyMemory<byte>[] Parse(ReadOnlySpan<byte> text)
    {
        var elements = new ReadOnlyMemory<byte>[text.Count((byte)'\n')];
        if (elements.Length == 0)
            return elements;
        var at = text.IndexOf((byte)'\n');
        var url = text[..at];
        for (var i = 0; i < elements.Length; i++)
        {
            text = text[(at + 1)..];
            at = text.IndexOf((byte)'\n');
            elements[i] = Element(url, at < 0 ? text : text[..at]);
        }
        return elements;
    }

    static byte[] Element(ReadOnlySpan<byte> url, ReadOnlySpan<byte> line)
    {
        var id = line[..IdLength];
        var space = line.IndexOf((byte)' ');
        var type = line[IdLength..space];
        var isUser = type.SequenceEqual("User"u8);
        return
        [
            .. "{\"value\":\""u8,
            .. id,
            .. "\",\"$ref\":\""u8,
            .. url,
            .. isUser ? "/Users/"u8 : "/Groups/"u8,
            .. id,
            .. "\",\"type\":\""u8,
            .. type.IsEmpty ? "direct"u8 : type,
            .. "\",\"display\":"u8,
            .. line[(space + 1)..],
            .. "}"u8,
        ];
    }
}
