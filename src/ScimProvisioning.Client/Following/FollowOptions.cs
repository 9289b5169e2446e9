using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ScimProvisioning.Client;

/// <summary>How events are followed.</summary>
public sealed record FollowOptions
{
    /// <summary>Only what is of this connection.</summary>
    public Guid? ConnectionId { get; init; }

    /// <summary>Only what is of this organization.</summary>
    public Guid? OrganizationId { get; init; }

    /// <summary>Most events of one transaction.</summary>
    public int PageSize { get; init; } = 100;

    /// <summary>
    /// How many seconds, up to 20, the server keeps a request that has nothing to answer yet. With 0 the follower asks every
    /// <see cref="Pause"/>, and whenever it is woken.
    /// </summary>
    public int WaitSeconds { get; init; } = 20;

    /// <summary>How long to wait before the server is asked again, when it does not keep requests.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Most time between two tries when something fails. The first try is after a second, and each later one after twice as long.
    /// </summary>
    public TimeSpan LongestRetry { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// A first load also tells the groups and their members. False spares an app that does not keep groups these requests.
    /// </summary>
    public bool LoadGroups { get; init; } = true;

    /// <summary>Is told of what fails, and when it is tried again.</summary>
    public ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>The clock of the pauses.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
