namespace ScimProvisioning.Tests.Auth.Entra;

/// <summary>Connections of Entra tenants.</summary>
static class EntraTenant
{
    /// <summary>A server that takes this issuer for Entra; both have the server's clock.</summary>
    public static ScimServer Trusting(LocalIssuer issuer)
    {
        var server = new ScimServer(
            settings: new()
            {
                ["Entra:MetadataAddress"] = issuer.MetadataUrl(),
                ["Entra:FederationMetadataAddress"] = issuer.MetadataUrl("{tenantId}"),
                ["OutgoingRequests:AllowedNetworks:0"] = "127.0.0.0/8",
            }
        );
        issuer.Clock = server.Clock;
        return server;
    }

    /// <summary>A connection of a tenant that nobody else has.</summary>
    public static async Task<(Guid Tenant, TestConnection Connection)> ConnectAsync(ScimServer server)
    {
        var (tenant, connection) = (Guid.CreateVersion7(TimeProvider.System.GetUtcNow()), await server.Connect());
        await SetAsync(connection, $"entra_tenant_id = '{tenant}'");
        return (tenant, connection);
    }

    /// <summary>Changes columns of the connection.</summary>
    public static Task SetAsync(TestConnection connection, string columns) =>
        PostgresFixture.ExecuteAsync(
            $"UPDATE connections SET {columns} WHERE id = '{connection.Id}'; NOTIFY connection_changed",
            PostgresFixture.ConnectionString
        );
}
