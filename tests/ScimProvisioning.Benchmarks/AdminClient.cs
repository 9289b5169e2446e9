using System.Net.Http.Headers;
using System.Text;

namespace ScimProvisioning.Benchmarks;

/// <summary>Calls the admin API of the measured server.</summary>
sealed class AdminClient(Uri server, string adminKey) : IDisposable
{
    readonly HttpClient _http = new()
    {
        BaseAddress = new(server, "api/v1/"),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", adminKey) },
    };

    /// <returns>The text of the answer.</returns>
    /// <exception cref="InvalidOperationException">The server refuses it.</exception>
    public async Task<string> SendAsync(HttpMethod method, string path, string? json, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request, ct);
        var text = await response.Content.ReadAsStringAsync(ct);
        return response.IsSuccessStatusCode
            ? text
            : throw new InvalidOperationException($"{method} {path}: {(int)response.StatusCode} {text}");
    }

    public void Dispose() => _http.Dispose();
}
