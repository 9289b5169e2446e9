using System.Text.Json.Nodes;
using Scim;
using Scim.Directory;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Projection;

/// <summary>What the application is told of people whom the guard holds.</summary>
/// <param name="Held">How many are held; more may follow.</param>
/// <param name="Since">Since when.</param>
/// <param name="Leaving">How many would leave, as far as it is known, and have left within the window.</param>
/// <param name="Active">People who are active for the application.</param>
/// <param name="IsReminder">It was told a day ago already.</param>
sealed record GuardEvent(long Held, DateTimeOffset Since, long Leaving, long Active, bool IsReminder)
{
    /// <summary>The event <c>connection.guard_triggered</c>.</summary>
    public static NewEvent Of(ProjectionRow row, GuardRow guard, DateTimeOffset now, GuardEvent told) =>
        new(
            Guid.CreateVersion7(now),
            EventType.GuardTriggered.Name,
            row.Connection.Id,
            1,
            now,
            new(EventCause.OfServer, RequestId: null),
            row.InitialLoad,
            ScimJson.Text(
                new JsonObject
                {
                    ["connection"] = ConnectionChange.Shown(row.Connection),
                    ["guard"] = new JsonObject
                    {
                        ["held"] = told.Held,
                        ["since"] = PersonJson.Time(told.Since),
                        ["leaving"] = told.Leaving,
                        ["active"] = told.Active,
                        ["share"] = guard.Share,
                        ["count"] = guard.Count,
                        ["windowMinutes"] = guard.WindowMinutes,
                        ["isReminder"] = told.IsReminder,
                    },
                }
            )
        );
}
