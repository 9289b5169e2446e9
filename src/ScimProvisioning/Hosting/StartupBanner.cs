using Npgsql;

namespace ScimProvisioning.Hosting;

/// <summary>
/// What a person needs right after the start. It goes to standard output and not to the log, because it may show the admin key.
/// </summary>
static class StartupBanner
{
    /// <param name="app">Started, so that its real addresses are known.</param>
    /// <param name="postgres">The embedded database, if it is ours.</param>
    /// <param name="generatedAdminKey">Only when this start made it: it is shown this once.</param>
    public static Task WriteBannerAsync(this WebApplication app, EmbeddedPostgres? postgres, string? generatedAdminKey)
    {
        var banner = app.Banner(postgres, generatedAdminKey);
        if (!RequestScope.IsLogged(app.Configuration))
            return Console.Out.WriteLineAsync(banner);
        // A program reads the lines of JSON, so that there is no place for a text among them. But the key would be lost.
        return generatedAdminKey is null ? Task.CompletedTask : Console.Error.WriteLineAsync(banner);
    }

    static string Banner(this WebApplication app, EmbeddedPostgres? postgres, string? generatedAdminKey)
    {
        var data = postgres is null
            ? Describe(app.Configuration.GetConnectionString("Postgres"))
            : $"{postgres.DataDirectory} (embedded PostgreSQL {postgres.Major})";
        var key =
            generatedAdminKey is not null ? $"{generatedAdminKey}   (shown this once: keep it)"
            : string.IsNullOrEmpty(app.Configuration["Admin:ApiKey"])
                ? "(made at the first start; lost it? make another with the command: admin-key create --label …)"
            : "(the one of Admin__ApiKey, and those made by the admin API)";
        return Text([.. app.Urls], app.Configuration["PublicUrl"], data, key, generatedAdminKey ?? "$ADMIN_KEY");
    }

    /// <summary>The banner itself; its commands can be pasted into a shell as they are.</summary>
    public static string Text(IReadOnlyList<string> addresses, string? publicUrl, string data, string keyLine, string key)
    {
        var url = Reachable(addresses is [var first, ..] ? first : "http://localhost:5000");
        var reached = string.IsNullOrEmpty(publicUrl) ? $"{url}   (set PublicUrl to the HTTPS address that Entra uses)" : publicUrl;
        return $$"""

            SCIM provisioning server
              listens on   {{string.Join("  ", addresses)}}
              reached at   {{reached}}
              data         {{data}}
              admin key    {{keyLine}}
              console      {{url}}/console   (pages: sign in with the admin key)

            Create a connection, a token for Microsoft Entra ID to use it, and enable it once your app is to use its users:

              ID=$(curl -s {{url}}/api/v1/connections -H "Authorization: Bearer {{key}}" \
                -H "Content-Type: application/json" -d '{"name":"Acme"}' | sed 's/.*"id":"\([^"]*\)".*/\1/')
              curl -s {{url}}/api/v1/connections/$ID/tokens -H "Authorization: Bearer {{key}}" \
                -H "Content-Type: application/json" -d '{"label":"Entra"}'
              curl -s -X POST {{url}}/api/v1/connections/$ID/enable -H "Authorization: Bearer {{key}}"

            """;
    }

    /// <summary>The address to call for an address to listen on: "any address" becomes localhost.</summary>
    static string Reachable(string address)
    {
        var binding = BindingAddress.Parse(address);
        var host = binding.Host is "+" or "*" or "0.0.0.0" or "[::]" ? "localhost" : binding.Host;
        return $"{binding.Scheme}://{host}:{binding.Port}{binding.PathBase}";
    }

    static string Describe(string? connectionString)
    {
        var connection = new NpgsqlConnectionStringBuilder(connectionString);
        return $"PostgreSQL at {connection.Host}, database {connection.Database}";
    }
}
