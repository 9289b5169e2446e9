using Microsoft.EntityFrameworkCore;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Api;

/// <summary>Finds the admin keys behind the actors of a list.</summary>
static class ActorKeys
{
    /// <summary>By actor; without those who are no stored admin key, or one out of reach.</summary>
    public static Task<Dictionary<string, AdminKey>> ReadKeysAsync(this ScimDbContext db, IEnumerable<string> actors, CancellationToken ct)
    {
        var asked = actors.Distinct().ToList();
        return db.AdminKeys.AsNoTracking().Where(k => asked.Contains("admin-key:" + k.Id)).ToDictionaryAsync(k => $"admin-key:{k.Id}", ct);
    }
}
