using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;

namespace ScimProvisioning.Support.SelfTests;

/// <summary>
/// Makes the checks one after the other. What an earlier one needs and has not found, later ones skip.
/// </summary>
/// <param name="root">The public address of the server.</param>
sealed class SelfTestRun(string root)
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly List<SelfTestCheck> _checks = [];
    readonly Uri _root = new(root);

    public IReadOnlyList<SelfTestCheck> Checks => _checks;

    public bool HasFailed => _checks.Exists(check => check.Status == SelfTestCheck.Failed);

    /// <summary>Makes a check, unless an earlier one has failed.</summary>
    /// <param name="check">Returns what was found.</param>
    public async Task CheckAsync(string name, Func<Task<string>> check)
    {
        if (HasFailed)
        {
            Skip(name, "An earlier check has failed.");
            return;
        }
        var began = Stopwatch.GetTimestamp();
        try
        {
            var found = await check();
            Add(name, SelfTestCheck.Ok, began, found, null);
        }
        catch (CheckFailedException e)
        {
            Fail(name, began, e);
        }
        catch (Exception e) when (IsOfCall(e))
        {
            Fail(name, began, OfCall(e));
        }
    }

    public void Skip(string name, string why, string? advice = null)
    {
        if (!_checks.Exists(check => check.Name == name))
            _checks.Add(new(name, SelfTestCheck.Skipped, 0, why, advice));
    }

    /// <summary>Whether the name of the server is known.</summary>
    public async Task<string> ResolveAsync(CancellationToken ct)
    {
        if (IPAddress.TryParse(_root.Host.Trim('[', ']'), out _))
            return $"{_root.Host} is an address: there is no name to be resolved.";
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(_root.Host, ct).WaitAsync(Patience, ct);
            return $"{_root.Host} is {string.Join(", ", addresses.Take(4).Select(address => address.ToString()))}.";
        }
        catch (Exception e) when (e is SocketException or TimeoutException or ArgumentException)
        {
            throw new CheckFailedException(
                $"The name {_root.Host} is not known here.",
                "Correct the setting PublicUrl, or add the name to the DNS of your domain. The identity provider must be able to resolve "
                    + "it, too."
            );
        }
    }

    /// <summary>Whether something answers there. An untrusted certificate fails the check of TLS.</summary>
    public async Task<string> ConnectAsync(SelfTestClient client, CancellationToken ct)
    {
        await client.TouchAsync(_root, ct);
        return $"Something answers at {_root.GetLeftPart(UriPartial.Authority)}.";
    }

    /// <summary>The guard of outgoing requests lets failures of sockets and of TLS through as they are.</summary>
    static bool IsOfCall(Exception failure) =>
        failure is HttpRequestException or TaskCanceledException or IOException or SocketException or AuthenticationException
        || OutgoingRequests.IsRefusal(failure);

    public bool IsHttps => _root.Scheme == Uri.UriSchemeHttps;

    CheckFailedException OfCall(Exception failure) =>
        failure switch
        {
            _ when OutgoingRequests.IsRefusal(failure) => new(
                $"The server does not call {_root.Host}: the address is reserved for the machine itself or for the metadata of a cloud.",
                "Correct the setting PublicUrl."
            ),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => new(
                $"No secure connection: {failure.GetBaseException().Message}",
                "The certificate must be valid, for this name, and issued by an authority that the identity provider trusts, with all "
                    + "intermediate certificates. If only this server distrusts it, add the authority to the certificates of this machine.",
                "tls"
            ),
            _ when failure.GetBaseException() is AuthenticationException tls => new(
                $"No secure connection: {tls.Message}",
                "The certificate must be valid, for this name, and issued by an authority that the identity provider trusts.",
                "tls"
            ),
            TaskCanceledException or TimeoutException => new(
                "Nothing has answered within ten seconds.",
                "Look whether a firewall stands before the server, and whether the proxy reaches it."
            ),
            _ => new(
                $"The call has failed: {failure.GetBaseException().Message}",
                "Look whether the proxy or load balancer listens at the address of PublicUrl, and whether a firewall is in between."
            ),
        };

    void Fail(string name, long began, CheckFailedException failure)
    {
        // As far as it went, the check was good: the next one has failed with it.
        if (failure.Check is not null)
            Add(name, SelfTestCheck.Ok, began, "Something answers there.", null);
        Add(failure.Check ?? name, SelfTestCheck.Failed, began, failure.Message, failure.Advice);
    }

    void Add(string name, string status, long began, string detail, string? advice) =>
        _checks.Add(new(name, status, (long)Stopwatch.GetElapsedTime(began).TotalMilliseconds, detail, advice));
}

/// <summary>A check has failed.</summary>
/// <param name="check">Another check than the one that was being made; <c>null</c>: that one.</param>
sealed class CheckFailedException(string detail, string advice, string? check = null) : Exception(detail)
{
    public string Advice { get; } = advice;

    public string? Check { get; } = check;
}
