using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Client;

namespace ScimProvisioning.Sample;

/// <summary>The app's database: its users as the directory has them, how far it has followed, and what is its own.</summary>
sealed class AppDb(DbContextOptions<AppDb> options) : DbContext(options)
{
    public DbSet<MirroredUser> Users => Set<MirroredUser>();

    public DbSet<Notice> Notices => Set<Notice>();

    protected override void OnModelCreating(ModelBuilder model) => model.AddDirectoryPositions().AddDirectoryMirror();
}

/// <summary>
/// Something that the app does once for an event. Here it only writes it down; elsewhere it might put a mail into its outbox.
/// </summary>
/// <param name="Id">The id of the event.</param>
/// <param name="At">When it happened: RFC 3339.</param>
/// <param name="Text">What.</param>
sealed record Notice(Guid Id, string At, string Text);
