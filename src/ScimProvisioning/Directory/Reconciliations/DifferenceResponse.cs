using System.Text.Json.Nodes;
using Scim.Directory;
using ScimProvisioning.Storage.Support;

namespace ScimProvisioning.Directory.Reconciliations;

/// <summary>What was found about one user.</summary>
/// <param name="Id">Its number within the reconciliation.</param>
/// <param name="Class">local, unassigned, missing, differing or stale.</param>
/// <param name="Reason">
/// Of unassigned ones: identity_provider, out_of_scope, deleted_by_identity_provider, connection_deleted, or not_released. Of local and
/// missing ones: imported, when the person was imported and never sent by the identity provider. Else null.
/// </param>
/// <param name="Line">The line of the list where his row begins; null: he is not in the list.</param>
/// <param name="UserId">The person; null: the application was never told of him.</param>
/// <param name="ResourceId">The SCIM resource.</param>
/// <param name="Uid">The uid.</param>
/// <param name="AppUserId">The application's own id.</param>
/// <param name="Name">The userName.</param>
/// <param name="Attributes">Of differing ones, by name: what is `ours` and what is `theirs`.</param>
/// <param name="Repair">What to do, in plain words.</param>
/// <param name="CanBeTold">Whether `apply` tells the application of him again.</param>
/// <param name="ToldAt">When it has; null: not yet.</param>
sealed record DifferenceResponse(
    long Id,
    string Class,
    string? Reason,
    long? Line,
    Guid? UserId,
    Guid? ResourceId,
    string? Uid,
    string? AppUserId,
    string? Name,
    JsonObject? Attributes,
    string Repair,
    bool CanBeTold,
    DateTime? ToldAt
)
{
    public static DifferenceResponse Of(Difference found) =>
        new(
            found.Number,
            WireName.Of(found.Class),
            found.Reason,
            found.Line,
            found.PersonId,
            found.ResourceId,
            found.Uid,
            found.AppUserId,
            found.Name,
            found.Attributes is { } json ? (JsonObject)JsonNode.Parse(json)! : null,
            RepairOf(found),
            found.Class is not DifferenceClass.Local && found.PersonId is not null,
            found.ToldAt?.UtcDateTime
        );

    const string TellAgain = "Apply this difference: the app is told of the person again";

    static string RepairOf(Difference found) =>
        (found.Class, found.Reason) switch
        {
            (DifferenceClass.Local, "imported") =>
                "The identity provider has never sent this user, who was imported from the app. Assign the user in the identity provider, "
                    + "or remove the user from the app.",
            (DifferenceClass.Local, _) => "The identity provider has never sent this user. Assign the user there, or remove the user from "
                + "the app. If the user has come under another uid, correct the uid in the app.",
            (DifferenceClass.Unassigned, "not_released") =>
                "The identity provider has sent this user, but the app was never told: the user is out of scope, held by a problem, or the "
                    + "connection is not enabled. GET …/people shows which. Mend that, or deactivate the user in the app.",
            (DifferenceClass.Unassigned, "out_of_scope") =>
                $"The user is in no group of the scope. {TellAgain}, and deactivates the user. To keep the user, change the scope.",
            (DifferenceClass.Unassigned, "deleted_by_identity_provider" or "deleted") =>
                $"The identity provider has deleted this user. {TellAgain}, and removes the user. To keep the user, assign the user again.",
            (DifferenceClass.Unassigned, "connection_deleted") =>
                $"The connection of this user was deleted. {TellAgain}, and deactivates the user.",
            (DifferenceClass.Unassigned, _) =>
                $"The identity provider has disabled this user or taken the assignment away. {TellAgain}, and deactivates the user. "
                    + "To keep the user, assign the user again.",
            (DifferenceClass.Missing, _) => $"The app does not have this user. {TellAgain}, and creates the user.",
            (DifferenceClass.Differing, _) => $"{TellAgain}, and takes the values that are 'ours'. "
                + $"If 'appUserId' differs, set it with PATCH /api/v1/users/{found.PersonId}.",
            _ => "The identity provider did not ask for this user in its last full run, nor later. Look the user up there: if the user is "
                + "gone or not assigned any more, restart provisioning there, or delete the user over SCIM. If the user is still assigned, "
                + "provision the user on demand. Look twice if notLogged of the counts is not 0: the log of requests lacks some. "
                + "Applying this difference tells the app only what it was told before.",
        };
}
