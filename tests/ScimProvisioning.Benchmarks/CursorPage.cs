using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ScimProvisioning.Benchmarks;

/// <summary>The result of reading all users page by page.</summary>
sealed record Walk(long Users, double Seconds, double UsersPerSecond, double MaxResidentMegabytes, double AllocatedBytesPerUser);

/// <summary>A page that a cursor leads to (RFC 9865).</summary>
sealed record CursorPage(int Number, string Cursor)
{
    public const int PageSize = 100;
    const int WalkPageSize = 1_000;

    public static string Path(string cursor, int count) =>
        cursor.Length == 0 ? $"Users?cursor&count={count}" : $"Users?cursor={Uri.EscapeDataString(cursor)}&count={count}";

    /// <summary>
    /// Reads from the first user up to the page of 100 with that number; <c>null</c> when the server gives no cursors or has
    /// fewer pages.
    /// </summary>
    public static async Task<CursorPage?> FindAsync(Tenant tenant, int number, CancellationToken ct)
    {
        using var client = tenant.Client();
        var cursor = "";
        for (var (left, count) = ((number - 1) * PageSize, 0); left > 0; left -= count)
        {
            (cursor, count) = await ReadAsync(client, cursor, Math.Min(left, WalkPageSize), ct);
            if (cursor.Length == 0)
                return null;
        }
        return new(number, cursor);
    }

    /// <summary>Reads every user, one page of 1,000 after the other, on one connection.</summary>
    public static async Task<Walk> WalkAsync(ChildProcess server, Tenant tenant, CancellationToken ct)
    {
        using var client = tenant.Client();
        var (allocated, start) = (await server.AllocatedBytesAsync(ct), Stopwatch.GetTimestamp());
        var (users, resident, cursor) = (0L, 0L, "");
        do
        {
            (cursor, var count) = await ReadAsync(client, cursor, WalkPageSize, ct);
            users += count;
            resident = Math.Max(resident, server.ResidentBytes);
        } while (cursor.Length > 0);
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new(users, seconds, users / seconds, resident / 1e6, (double)(await server.AllocatedBytesAsync(ct) - allocated) / users);
    }

    /// <summary>Searches the text for the two values it needs: parsing it would take processor time from the server.</summary>
    static async Task<(string Next, int Count)> ReadAsync(HttpClient client, string cursor, int count, CancellationToken ct)
    {
        using var response = await client.GetAsync(Path(cursor, count), ct);
        var body = await response.Content.ReadAsByteArrayAsync(ct);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException(
                $"GET Users by cursor failed with {(int)response.StatusCode}: {System.Text.Encoding.UTF8.GetString(body)}"
            );
        return (
            ValueOf(body, "\"nextCursor\":"u8) is { Length: > 0 } text ? JsonSerializer.Deserialize<string>(text)! : "",
            int.Parse(ValueOf(body, "\"itemsPerPage\":"u8), CultureInfo.InvariantCulture)
        );
    }

    static ReadOnlySpan<byte> ValueOf(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var at = json.IndexOf(name);
        if (at < 0)
            return [];
        var value = json[(at + name.Length)..];
        return value[..value.IndexOfAny(",}"u8)];
    }
}
