using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace ScimProvisioning.Storage;

/// <summary>The control plane: organizations, their connections, and the keys to both. Tables and columns are snake_case.</summary>
sealed class ScimDbContext(DbContextOptions<ScimDbContext> options) : DbContext(options)
{
    public DbSet<Organization> Organizations => Set<Organization>();
    public DbSet<Connection> Connections => Set<Connection>();
    public DbSet<Token> Tokens => Set<Token>();
    public DbSet<AdminKey> AdminKeys => Set<AdminKey>();

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Connection>().HasOne<Organization>().WithMany().HasForeignKey(c => c.OrganizationId);
        modelBuilder.Entity<Connection>().Property(c => c.Schemas).HasColumnType("jsonb");
        modelBuilder.Entity<Connection>().Property(c => c.ResourceTypes).HasColumnType("jsonb");
        modelBuilder.Entity<Connection>().ComplexProperty(c => c.Settings, settings =>
        {
            settings.Property(s => s.UniqueGroupNames).HasColumnName("unique_group_names");
            settings.Property(s => s.GroupPatchReturnsResource).HasColumnName("group_patch_returns_resource");
            settings.Property(s => s.IgnoreUnknownAttributes).HasColumnName("ignore_unknown_attributes");
        });
        modelBuilder.Entity<Token>().HasOne(t => t.Connection).WithMany().HasForeignKey(t => t.ConnectionId);

        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            entity.SetTableName(SnakeCase(entity.GetTableName()!));
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(SnakeCase(property.Name));
                // Ids come from Guid.CreateVersion7 with the injected clock, never from EF.
                property.ValueGenerated = Microsoft.EntityFrameworkCore.Metadata.ValueGenerated.Never;
            }
        }
    }

    static string SnakeCase(string name) => JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
