using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Storage.Database;

/// <summary>
/// The control plane: organizations, their connections, and the keys to both. Tables and columns are snake_case.
/// It is used in a transaction that <see cref="BeginAsync"/> has confined to a <see cref="Reach"/>: both the query filters here and
/// row-level security let only rows within it through.
/// </summary>
sealed class ScimDbContext(DbContextOptions<ScimDbContext> options) : DbContext(options)
{
    const string ReachFilter = "reach";

    /// <summary>The filter that hides the tokens of self-tests.</summary>
    public const string SelfTestFilter = "self-test";

    public Reach Reach { get; private set; } = Reach.Nothing;

    public DbSet<Organization> Organizations => Set<Organization>();
    public DbSet<Connection> Connections => Set<Connection>();
    public DbSet<ConnectionDocuments> ConnectionDocuments => Set<ConnectionDocuments>();
    public DbSet<Token> Tokens => Set<Token>();
    public DbSet<OAuthClient> OAuthClients => Set<OAuthClient>();
    public DbSet<OAuthClientSecret> OAuthClientSecrets => Set<OAuthClientSecret>();
    public DbSet<AdminKey> AdminKeys => Set<AdminKey>();
    public DbSet<FailedLogin> FailedLogins => Set<FailedLogin>();
    public DbSet<AuditEntry> AuditLog => Set<AuditEntry>();
    public DbSet<IdempotencyKey> IdempotencyKeys => Set<IdempotencyKey>();

    /// <summary>Begins a transaction that sees only the rows within the reach.</summary>
    public async Task<IDbContextTransaction> BeginAsync(Reach reach, CancellationToken ct)
    {
        var transaction = await Database.BeginTransactionAsync(ct);
        await ConfineAsync(reach, ct);
        return transaction;
    }

    /// <summary>
    /// Reads within another reach, in the transaction that has begun, and returns to its own. When this throws, the transaction must be
    /// rolled back: only that ends the other reach then.
    /// </summary>
    public async Task<T> ReadWithinAsync<T>(Reach other, Func<Task<T>> read, CancellationToken ct)
    {
        var own = Reach;
        await ConfineAsync(other, ct);
        var found = await read();
        await ConfineAsync(own, ct);
        return found;
    }

    async Task ConfineAsync(Reach reach, CancellationToken ct)
    {
        Reach = reach;
        await Database.ExecuteSqlRawAsync(reach.Confine(), ct);
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Connection>().HasOne<Organization>().WithMany().HasForeignKey(c => c.OrganizationId);
        modelBuilder.Entity<Connection>().ComplexProperty(c => c.Settings);
        modelBuilder.Entity<ConnectionDocuments>().HasKey(d => d.ConnectionId);
        modelBuilder
            .Entity<ConnectionDocuments>()
            .HasOne(d => d.Connection)
            .WithOne(c => c.Documents)
            .HasForeignKey<ConnectionDocuments>(d => d.ConnectionId);
        modelBuilder.Entity<ConnectionDocuments>().Property(d => d.Schemas).HasColumnType("jsonb");
        modelBuilder.Entity<ConnectionDocuments>().Property(d => d.ResourceTypes).HasColumnType("jsonb");
        modelBuilder.Entity<Token>().HasOne(t => t.Connection).WithMany().HasForeignKey(t => t.ConnectionId);
        modelBuilder.Entity<OAuthClient>().HasOne(c => c.Connection).WithMany().HasForeignKey(c => c.ConnectionId);
        modelBuilder.Entity<OAuthClient>().HasMany(c => c.Secrets).WithOne().HasForeignKey(s => s.OAuthClientId);
        modelBuilder.Entity<OAuthClientSecret>().HasOne(s => s.Connection).WithMany().HasForeignKey(s => s.ConnectionId);
        modelBuilder.Entity<FailedLogin>().HasKey(f => new { f.ConnectionId, f.Id });
        modelBuilder.Entity<FailedLogin>().HasOne(f => f.Connection).WithMany().HasForeignKey(f => f.ConnectionId);
        modelBuilder.Entity<AuditEntry>().ToTable("audit_log");
        modelBuilder.Entity<AuditEntry>().Property(e => e.Before).HasColumnType("jsonb");
        modelBuilder.Entity<AuditEntry>().Property(e => e.After).HasColumnType("jsonb");
        modelBuilder.Entity<IdempotencyKey>().HasKey(k => new { k.AdminKeyId, k.KeyHash });
        Confine(modelBuilder);

        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            entity.SetTableName(SnakeCase(entity.GetTableName()!));
            foreach (var property in entity.GetComplexProperties().SelectMany(complex => complex.ComplexType.GetProperties()))
                property.SetColumnName(SnakeCase(property.Name));
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(SnakeCase(property.Name));
                // Ids come from Guid.CreateVersion7 with the injected clock, never from EF.
                property.ValueGenerated = Microsoft.EntityFrameworkCore.Metadata.ValueGenerated.Never;
            }
        }
    }

    void Confine(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Organization>().HasQueryFilter(ReachFilter, o => Reach.IsEverything || o.Id == Reach.OrganizationId);
        modelBuilder.Entity<Organization>().HasQueryFilter("existing", o => o.DeletedAt == null);
        modelBuilder
            .Entity<Connection>()
            .HasQueryFilter(ReachFilter, c => Reach.IsEverything || c.OrganizationId == Reach.OrganizationId || c.Id == Reach.ConnectionId);
        ConfineToConnections<ConnectionDocuments>(modelBuilder);
        ConfineToConnections<Token>(modelBuilder);
        modelBuilder.Entity<Token>().HasQueryFilter(SelfTestFilter, t => !t.IsSelfTest);
        ConfineToConnections<OAuthClient>(modelBuilder);
        ConfineToConnections<OAuthClientSecret>(modelBuilder);
        ConfineToConnections<FailedLogin>(modelBuilder);
        modelBuilder.Entity<AdminKey>().HasQueryFilter(ReachFilter, k => Reach.IsEverything || k.OrganizationId == Reach.OrganizationId);
        modelBuilder.Entity<AuditEntry>().HasQueryFilter(ReachFilter, e => Reach.IsEverything || e.OrganizationId == Reach.OrganizationId);
        modelBuilder
            .Entity<IdempotencyKey>()
            .HasQueryFilter(ReachFilter, k => Reach.IsEverything || k.OrganizationId == Reach.OrganizationId);
    }

    void ConfineToConnections<TRow>(ModelBuilder modelBuilder)
        where TRow : class, IBelongsToConnection =>
        modelBuilder
            .Entity<TRow>()
            .HasQueryFilter(
                ReachFilter,
                row =>
                    Reach.IsEverything || row.Connection!.OrganizationId == Reach.OrganizationId || row.ConnectionId == Reach.ConnectionId
            );

    static string SnakeCase(string name) =>
        JsonNamingPolicy.SnakeCaseLower.ConvertName(name.Replace("OAuth", "Oauth", StringComparison.Ordinal));
}
