namespace ScimProvisioning.Auth;

/// <summary>Where a request comes from, as it is noted for admins.</summary>
static class RequestSource
{
    const int MaximumAgent = 200;

    public static string? Address(HttpContext http) =>
        http.Connection.RemoteIpAddress is { IsIPv4MappedToIPv6: true } mapped ? mapped.MapToIPv4().ToString() : http.Connection.RemoteIpAddress?.ToString();

    /// <summary>The user agent, cut to what can be stored and read.</summary>
    public static string? Agent(HttpContext http)
    {
        // Half a surrogate pair cannot be stored.
        var agent = http.Request.Headers.UserAgent.ToString().Where(c => !char.IsControl(c) && !char.IsSurrogate(c)).Take(MaximumAgent);
        return string.Concat(agent) is { Length: > 0 } text ? text : null;
    }
}
