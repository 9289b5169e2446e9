using ScimProvisioning.Client;

namespace ScimProvisioning.Sample;

/// <summary>Follows the directory for as long as the app runs.</summary>
sealed class FollowDirectory(DirectoryFollower<AppDb> follower) : BackgroundService
{
    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => follower.RunAsync(stoppingToken);
}
