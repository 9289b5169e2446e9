using ScimProvisioning.Client;

namespace ScimProvisioning.Sample;

/// <summary>
/// What the app does when it is told something. It is saved together with the position: once, or not at all and then again.
/// </summary>
static class UserEvents
{
    public static async Task HandleAsync(AppDb db, DirectoryEvent e, CancellationToken ct)
    {
        await db.MirrorAsync(e, ct);
        if (TextOf(e) is { } text)
            db.Add(new Notice(e.Id, e.Timestamp.ToString("O"), text));
    }

    static string? TextOf(DirectoryEvent e)
    {
        var name = e.User?.DisplayName ?? e.User?.UserName;
        return e.Type switch
        {
            DirectoryEventType.SnapshotFinished when e.IsFirstLoad => "Everything was loaded",
            // Told again: nothing has happened.
            _ when e.SnapshotId is not null => null,
            DirectoryEventType.UserCreated => e.InitialLoad ? $"{name} was here from the start" : $"{name} came",
            DirectoryEventType.UserUpdated => $"{name} changed: {string.Join(", ", e.Data.Changes)}",
            DirectoryEventType.UserDeactivated => $"{name} may not sign in any more",
            DirectoryEventType.UserReactivated => $"{name} is back",
            DirectoryEventType.UserDeleted => $"{name} left",
            _ => null,
        };
    }
}
