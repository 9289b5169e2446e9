namespace ScimProvisioning.Storage.ControlPlane;

/// <summary>Who connections belong to: a customer of the application, or the one default organization.</summary>
sealed class Organization
{
    /// <summary>The organization of connections that name none; the first migration inserts it.</summary>
    public static readonly Guid DefaultId = new("00000000-0000-7000-8000-000000000001");

    public required Guid Id { get; init; }
    public required string Name { get; set; }

    /// <summary>What the application calls it; unique.</summary>
    public string? ExternalId { get; set; }

    /// <summary><c>null</c>: any number.</summary>
    public int? MaxConnections { get; set; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Set: a tombstone, which its deleted connections still belong to. No query finds it.</summary>
    public DateTimeOffset? DeletedAt { get; set; }
}
