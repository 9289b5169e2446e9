using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Api;

/// <summary>Checks of what a request names.</summary>
static class InReach
{
    /// <summary>
    /// Refuses a connection or organization that the admin cannot see, as one that is not there. Of a deleted connection the people can
    /// still be read.
    /// </summary>
    /// <exception cref="ProblemException">404.</exception>
    public static async Task RequireInReachAsync(this ScimDbContext db, Guid? connection, Guid? organization, CancellationToken ct)
    {
        if (connection is { } id && !await db.Connections.AnyAsync(c => c.Id == id, ct))
            throw ProblemException.NotFound($"There is no connection {id}.");
        if (organization is { } owner && !await db.Organizations.AnyAsync(o => o.Id == owner, ct))
            throw ProblemException.NotFound($"There is no organization {owner}.");
    }
}
