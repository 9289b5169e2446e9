using System.Net;

namespace ScimProvisioning.Auth;

/// <summary>Where a request comes from, as it is judged and as it is noted for admins.</summary>
static class RequestSource
{
    const int MaximumAgent = 200;

    /// <summary>The address of the client; one of IPv4 that came by IPv6 is one of IPv4.</summary>
    public static IPAddress? Ip(HttpContext http) =>
        http.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4() : http.Connection.RemoteIpAddress;

    public static string? Address(HttpContext http) => Ip(http)?.ToString();

    /// <summary>The user agent, cut to what can be stored and read.</summary>
    public static string? Agent(HttpContext http)
    {
        // Half a surrogate pair cannot be stored.
        var agent = http.Request.Headers.UserAgent.ToString().Where(c => !char.IsControl(c) && !char.IsSurrogate(c)).Take(MaximumAgent);
        return string.Concat(agent) is { Length: > 0 } text ? text : null;
    }
}
