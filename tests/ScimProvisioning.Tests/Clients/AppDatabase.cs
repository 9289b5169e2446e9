using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Client;
using ScimProvisioning.Tests.Hosting;

namespace ScimProvisioning.Tests.Clients;

/// <summary>
/// The database of an app that keeps a mirror, and one row of its own for each event. The row's key is the event's: twice is an error.
/// </summary>
sealed class AppDatabase : IDbContextFactory<AppContext>, IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly DbContextOptions<AppContext> _options;

    /// <param name="postgres">An empty database; <c>null</c>: SQLite.</param>
    public AppDatabase(string? postgres = null)
    {
        var options = new DbContextOptionsBuilder<AppContext>();
        _options = postgres is null
            ? options.UseSqlite($"Data Source={_folder.FullName}/app.db;Pooling=false").Options
            : options.UseNpgsql(postgres).Options;
        using var db = CreateDbContext();
        db.Database.EnsureCreated();
        Positions = new(this);
    }

    public ContextPositions<AppContext> Positions { get; }

    public AppContext CreateDbContext() => new(_options);

    /// <summary>What an app does with an event.</summary>
    public static async Task HandleAsync(AppContext db, DirectoryEvent e, CancellationToken ct)
    {
        await db.MirrorAsync(e, ct);
        if (!e.IsFirstLoad)
            db.Add(new ToldEvent(e.Id, e.Position!));
    }

    /// <summary>The ids of the events that the app was told by the feed.</summary>
    public async Task<List<string>> ToldAsync()
    {
        await using var db = CreateDbContext();
        return [.. (await db.Set<ToldEvent>().ToListAsync()).Select(row => row.Id.ToString())];
    }

    public async Task<T> AskAsync<T>(Func<AppContext, Task<T>> ask)
    {
        await using var db = CreateDbContext();
        return await ask(db);
    }

    public void Dispose() => _folder.Dispose();
}

sealed class AppContext(DbContextOptions<AppContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.AddDirectoryPositions().AddDirectoryMirror();
        modelBuilder.Entity<ToldEvent>();
    }
}

/// <summary>Something that the app did once for an event.</summary>
sealed record ToldEvent(Guid Id, string Position);
