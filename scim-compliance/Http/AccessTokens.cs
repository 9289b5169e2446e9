using System.Globalization;

namespace ScimCompliance.Http;

/// <summary>The access token of an OAuth client, with a new one in time and when the server refuses it. For requests from several threads: one renewal at a time.</summary>
/// <param name="connect">A client for one request, which sends no token.</param>
sealed class AccessTokens(OAuthClient client, Func<ScimClient> connect, TimeProvider clock) : IDisposable
{
    /// <summary>Of its life, until it is renewed.</summary>
    const double Share = 0.8;

    // A token endpoint that is away, or a server that refuses whatever is issued, is not asked with every request.
    static readonly TimeSpan BetweenRenewals = TimeSpan.FromSeconds(1);

    readonly SemaphoreSlim _one = new(1);
    volatile AccessToken? _token;
    long? _renewed;

    /// <summary>The token to send now. One that could not be renewed stays: what the server answers then says more.</summary>
    public async ValueTask<string?> CurrentAsync(CancellationToken ct) =>
        _token is { } token && !(clock.GetElapsedTime(token.Since) > token.Life * Share) ? token.Text : await RenewAsync(_token?.Text, ct);

    /// <summary>A newer token than this one, or the same when there is none.</summary>
    public async Task<string?> RenewAsync(string? old, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            // Who has waited here may find that another request has renewed it.
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

    /// <summary>Null when a token was given; else the answer in which there is none.</summary>
    public async Task<Reply?> FetchAsync(CancellationToken ct)
    {
        using var http = connect();
        var since = clock.GetTimestamp();
        var reply = await client.AskAsync(http, client.Assertion is null ? client.InHeader : client.Federated, ct);
        // What is no token68 (RFC 6750 §2.1) fits into no header.
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
