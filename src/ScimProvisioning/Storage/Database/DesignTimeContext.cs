using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace ScimProvisioning.Storage.Database;

/// <summary>Lets <c>dotnet ef</c> read the model without starting the server. It needs no database.</summary>
sealed class DesignTimeContext : IDesignTimeDbContextFactory<ScimDbContext>
{
    /// <inheritdoc/>
    public ScimDbContext CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<ScimDbContext>().UseNpgsql().Options);
}
