using System.Globalization;

namespace ScimCompliance.Http;

/// <summary>
/// Keeps the access token of an OAuth client: gets a new one before it expires and when the server refuses it. For requests from several
/// threads: one renewal at a time.
/// </summary>
/// <param name="connect">Makes a client for one request to the token endpoint, which sends no token.</param>
sealed class AccessTokens(OAuthClient client, Func<ScimClient> connect, TimeProvider clock) : IDisposable
{
    /// <summary>The share of its lifetime after which a token is renewed.</summary>
    const double Share = 0.8;

    // When the token endpoint is down, or the server refuses every token, not every request asks for a new one.
    static readonly TimeSpan BetweenRenewals = TimeSpan.FromSeconds(1);

    readonly SemaphoreSlim _one = new(1);
    volatile AccessToken? _token;
    long? _renewed;

    /// <summary>The token to send now. An old token stays when it could not be renewed: the answer of the server then tells more.</summary>
    public async ValueTask<string?> CurrentAsync(CancellationToken ct) =>
        _token is { } token && !(clock.GetElapsedTime(token.Since) > token.Life * Share) ? token.Text : await RenewAsync(_token?.Text, ct);

    /// <summary>A newer token than this one, or the same one when no newer one could be got.</summary>
    public async Task<string?> RenewAsync(string? old, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            // Another request may have renewed it while this one waited.
            if (_token?.Text != old || _renewed is { } at && clock.GetElapsedTime(at) < BetweenRenewals)
                return _token?.Text;
            await FetchAsync(ct);
            _renewed = clock.GetTimestamp();
            return _token?.Text;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Null when a token was issued; otherwise the answer without a token.</summary>
    public async Task<Reply?> FetchAsync(CancellationToken ct)
    {
        using var http = connect();
        var since = clock.GetTimestamp();
        var reply = await client.AskAsync(http, client.Assertion is null ? client.InHeader : client.Federated, ct);
        // A text that is no token68 (RFC 6750 §2.1) cannot be sent in a header.
        if (!reply.IsSuccess || reply["access_token"].Text() is not { Length: > 0 } text || !text.All(c => c is > ' ' and < '\x7f'))
            return reply;
        _token = new(
            text,
            since,
            int.TryParse(reply["expires_in"].Text(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? TimeSpan.FromSeconds(seconds)
                : null
        );
        return null;
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    /// <param name="Life">Null when the server does not say (RFC 6749 §5.1).</param>
    sealed record AccessToken(string Text, long Since, TimeSpan? Life);
}
