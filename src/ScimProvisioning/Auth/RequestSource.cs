using System.Net;

namespace ScimProvisioning.Auth;

/// <summary>The client's address and user agent, for access checks and for admins to read.</summary>
static class RequestSource
{
    const int MaximumAgent = 200;

    /// <summary>The address of the client. An IPv4 address that is mapped to IPv6 is given as IPv4.</summary>
    public static IPAddress? Ip(HttpContext http) =>
        http.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : http.Connection.RemoteIpAddress;

    public static string? Address(HttpContext http) => Ip(http)?.ToString();

    /// <summary>The user agent, without characters that cannot be stored, and cut to a readable length.</summary>
    public static string? Agent(HttpContext http)
    {
        // Half a surrogate pair cannot be stored.
        var agent = http.Request.Headers.UserAgent.ToString().Where(c => !char.IsControl(c) && !char.IsSurrogate(c)).Take(MaximumAgent);
        return string.Concat(agent) is { Length: > 0 } text ? text : null;
    }
}
