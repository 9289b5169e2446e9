using System.Globalization;
using Npgsql;

namespace ScimProvisioning.Hosting;

/// <summary>
/// Reads the URLs that hosting providers hand out for a database, and which Npgsql does not know:
/// <c>postgres://user:password@host:port,host:port/database?sslmode=require</c> (PostgreSQL's documentation, "Connection URIs").
/// </summary>
static class PostgresUrl
{
    static readonly string[] Schemes = ["postgres://", "postgresql://"];

    // Options of libpq that Npgsql has under another name. Others are tried under their own name, with spaces for underscores.
    static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["user"] = "Username",
        ["dbname"] = "Database",
        ["sslmode"] = "SSL Mode",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["sslrootcert"] = "Root Certificate",
        ["sslnegotiation"] = "SSL Negotiation",
        ["gssencmode"] = "GSS Encryption Mode",
        ["connect_timeout"] = "Timeout",
        ["target_session_attrs"] = "Target Session Attributes",
        ["keepalives"] = "Tcp Keepalive",
        ["keepalives_idle"] = "Tcp Keepalive Time",
        ["keepalives_interval"] = "Tcp Keepalive Interval",
    };

    public static bool IsOne(string? text) => text is not null && Schemes.Any(scheme => Begins(text, scheme));

    /// <summary>The same as a connection string of Npgsql.</summary>
    /// <exception cref="StartupException">It cannot be read; the text names the place and repeats no password.</exception>
    public static string ToConnectionString(string url)
    {
        var rest = url.Trim()[Schemes.First(scheme => Begins(url, scheme)).Length..];
        var (address, query) = Split(rest, rest.IndexOf('?'));
        // A password that was not escaped may hold a slash or an at sign: the hosts begin after the last at sign.
        var at = address.LastIndexOf('@');
        var (user, place) = at < 0 ? (null, address) : (address[..at], address[(at + 1)..]);
        var (hosts, database) = Split(place, place.IndexOf('/'));

        var settings = new NpgsqlConnectionStringBuilder();
        if (user is not null)
        {
            var (name, password) = Split(user, user.IndexOf(':'));
            Set(settings, "Username", Decoded(name));
            Set(settings, "Password", Decoded(password));
        }
        SetHosts(settings, [.. hosts.Split(',').Select(Decoded)]);
        Set(settings, "Database", Decoded(database));
        foreach (var option in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = Split(option, option.IndexOf('='));
            SetOption(settings, Decoded(name), Decoded(value));
        }
        if (settings.Host is null or "")
            settings.Host = "localhost";
        return settings.ConnectionString;
    }

    static void SetOption(NpgsqlConnectionStringBuilder settings, string name, string value)
    {
        switch (name.ToLowerInvariant())
        {
            case "host" or "hostaddr":
                SetHosts(settings, value.Split(','));
                break;
            case "port" when value.Contains(','):
                SetHosts(settings, [.. (settings.Host ?? "localhost").Split(',').Zip(value.Split(','), (host, port) => $"{host}:{port}")]);
                break;
            case "load_balance_hosts":
                settings.LoadBalanceHosts = value is "random";
                break;
            case "keepalives":
                settings.TcpKeepAlive = value is not "0";
                break;
            // Npgsql writes these values without hyphens.
            case "sslmode":
                Set(settings, name, value.Replace("-", "", StringComparison.Ordinal));
                break;
            default:
                Set(settings, name, value);
                break;
        }
    }

    /// <summary>Of one host, Npgsql takes the port by itself; of several, each with its host.</summary>
    static void SetHosts(NpgsqlConnectionStringBuilder settings, string[] hosts)
    {
        if (hosts is not [var only])
        {
            settings.Host = string.Join(',', hosts);
            return;
        }
        var colon = only.LastIndexOf(':');
        var hasPort = colon >= 0 && colon > only.LastIndexOf(']') && !only.StartsWith('/');
        if (hasPort && colon + 1 < only.Length)
            settings.Port = int.TryParse(only[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port)
                ? port
                : throw Unreadable($"'{only[(colon + 1)..]}' is no port. Escape the characters /, @, : and # of user and password");
        if (only.Length > 0)
            settings.Host = (hasPort ? only[..colon] : only).Trim('[', ']');
    }

    static void Set(NpgsqlConnectionStringBuilder settings, string name, string value)
    {
        if (value.Length == 0)
            return;
        try
        {
            settings[Names.GetValueOrDefault(name, name.Replace('_', ' '))] = value;
        }
        catch (Exception e)
            when (e is ArgumentException or FormatException or OverflowException or KeyNotFoundException or InvalidCastException)
        {
            throw Unreadable($"the option '{name}' is unknown or has a wrong value");
        }
    }

    static (string Before, string After) Split(string text, int at) => at < 0 ? (text, "") : (text[..at], text[(at + 1)..]);

    static string Decoded(string text) => Uri.UnescapeDataString(text);

    static bool Begins(string text, string scheme) => text.TrimStart().StartsWith(scheme, StringComparison.OrdinalIgnoreCase);

    static StartupException Unreadable(string why) => new($"The URL in ConnectionStrings__Postgres cannot be read: {why}.");
}
