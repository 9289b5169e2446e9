using Microsoft.EntityFrameworkCore;

namespace ScimProvisioning.Client;

/// <summary>How far somebody has followed the events.</summary>
/// <param name="Name">Who, when several follow in one database.</param>
/// <param name="Position">The position, or the mark of a first load that is not over; <c>null</c>: nothing was loaded yet.</param>
public sealed record FollowedPosition(string Name, string? Position);

/// <summary>The tables of this package in the app's own database.</summary>
public static class DirectoryModel
{
    /// <summary>Adds the table of positions, <c>directory_positions</c>. Call it in <c>OnModelCreating</c>, and add a migration.</summary>
    public static ModelBuilder AddDirectoryPositions(this ModelBuilder model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Entity<FollowedPosition>(positions =>
        {
            positions.ToTable("directory_positions").HasKey(row => row.Name);
            positions.Property(row => row.Name).HasMaxLength(100);
            positions.Property(row => row.Position).HasMaxLength(100);
        });
    }

    /// <summary>
    /// Adds the tables of a mirror, <c>directory_users</c>, <c>directory_groups</c> and <c>directory_members</c>. Call it in
    /// <c>OnModelCreating</c>, and add a migration.
    /// </summary>
    public static ModelBuilder AddDirectoryMirror(this ModelBuilder model)
    {
        ArgumentNullException.ThrowIfNull(model);
        model.Entity<MirroredUser>(users =>
        {
            users.ToTable("directory_users").HasKey(row => row.Id);
            users.Property(row => row.Id).ValueGeneratedNever();
            // Of two that read a row, such as the follower and a webhook, the later one must not write an older version over a newer one.
            users.Property(row => row.Version).IsConcurrencyToken();
            users.HasIndex(row => row.UserName);
            users.HasIndex(row => row.Email);
            users.HasIndex(row => row.ExternalId);
        });
        model.Entity<MirroredGroup>(groups =>
        {
            groups.ToTable("directory_groups").HasKey(row => row.Id);
            groups.Property(row => row.Id).ValueGeneratedNever();
            groups.Property(row => row.Version).IsConcurrencyToken();
        });
        return model.Entity<MirroredMember>(members =>
        {
            members.ToTable("directory_members").HasKey(row => new { row.GroupId, row.UserId });
            members.HasIndex(row => row.UserId);
            members.Property(row => row.Version).IsConcurrencyToken();
        });
    }

    /// <summary>
    /// Applies an event to the mirror's tables; it is written with the next <c>SaveChanges</c>, and with what else the app has changed. The
    /// beginning and the end of a snapshot change many rows: they save at once, so apply events in a transaction, as the follower does.
    /// </summary>
    /// <param name="db">A context whose model has <see cref="AddDirectoryMirror"/>.</param>
    /// <param name="e">The event.</param>
    /// <param name="ct">Ends it.</param>
    public static Task MirrorAsync(this DbContext db, DirectoryEvent e, CancellationToken ct) =>
        Mirror.ApplyAsync(new ContextRows(db), e, ct).AsTask();
}
