using System.Net;
using System.Text.RegularExpressions;

namespace ScimProvisioning.Benchmarks;

/// <summary>A browser that shows nothing: it keeps cookies, sends the forms by which one signs in, and weighs what it loads.</summary>
sealed partial class PortalBrowser(Uri server) : IDisposable
{
    /// <summary>What browsers say in each request, apart from the cookies, is not weighed. What answers say is.</summary>
    const string Encodings = "gzip, deflate, br, zstd";

    readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = server };

    /// <summary>Loads a page and sends its main form.</summary>
    /// <exception cref="InvalidOperationException">The form is refused.</exception>
    public async Task SendFormAsync(string path, CancellationToken ct, params (string Name, string Value)[] fields)
    {
        var page = await _http.GetStringAsync(path, ct);
        var main = page[page.IndexOf("<main", StringComparison.Ordinal)..];
        var hidden = Hidden().Matches(main).Select(field => KeyValuePair.Create(field.Groups[1].Value, Decoded(field, 2)));
        using var form = new FormUrlEncodedContent([.. hidden, .. fields.Select(field => KeyValuePair.Create(field.Name, field.Value))]);
        using var answer = await _http.PostAsync(path, form, ct);
        if (answer.StatusCode != HttpStatusCode.Found)
            throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(ct)}");
    }

    /// <summary>Loads an address as a browser does.</summary>
    /// <returns>The bytes of the answer, with its headers.</returns>
    /// <exception cref="InvalidOperationException">It is no page.</exception>
    public async Task<long> LoadAsync(string path, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept-Encoding", Encodings);
        using var answer = await _http.SendAsync(request, ct);
        if (answer.StatusCode != HttpStatusCode.OK)
            throw new InvalidOperationException($"{path}: {(int)answer.StatusCode} {answer.Headers.Location}");
        var headers = answer.Headers.Concat(answer.Content.Headers).SelectMany(header => header.Value.Select(value => (header.Key, value)));
        return headers.Sum(header => header.Key.Length + header.value.Length + 4L) + (await answer.Content.ReadAsByteArrayAsync(ct)).Length;
    }

    /// <summary>Loads a page with its style sheets, script and pictures, as a browser does that has never been here.</summary>
    public async Task<long> LoadAllAsync(string path, CancellationToken ct)
    {
        var page = await _http.GetStringAsync(path, ct);
        var bytes = await LoadAsync(path, ct);
        foreach (var address in Loaded().Matches(page).Select(part => Decoded(part, 1)).Distinct())
            bytes += await LoadAsync(address, ct);
        return bytes;
    }

    public void Dispose() => _http.Dispose();

    static string Decoded(Match match, int group) => WebUtility.HtmlDecode(match.Groups[group].Value);

    [GeneratedRegex("""<input type="hidden" name="([^"]+)" value="([^"]*)""")]
    private static partial Regex Hidden();

    [GeneratedRegex("""(?:<link rel="stylesheet" href|<script type="module" src|<img src)="([^"]+)""")]
    private static partial Regex Loaded();
}
