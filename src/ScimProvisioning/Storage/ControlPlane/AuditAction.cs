namespace ScimProvisioning.Storage.ControlPlane;

/// <summary>
/// What an admin did that changes no connection, as the audit log names it. The list is closed: only this file makes one. A change of a
/// connection stands in the audit log under its type in the change log.
/// </summary>
sealed class AuditAction
{
    static readonly List<AuditAction> Listed = [];

    public static readonly AuditAction OrganizationCreated = New("organization.created", "An organization was created.");
    public static readonly AuditAction OrganizationUpdated = New("organization.updated", "A member of an organization changed.");
    public static readonly AuditAction OrganizationDeleted = New("organization.deleted", "An organization was deleted.");
    public static readonly AuditAction AdminKeyCreated = New("admin_key.created", "An admin key was created.");
    public static readonly AuditAction AdminKeyRevoked = New("admin_key.revoked", "An admin key was revoked.");

    public static readonly AuditAction ResourcePurged = New("resource.purged", "A deleted resource was erased for good.");
    public static readonly AuditAction UserPurged = New(
        "directory.user_purged",
        "A person was erased for good: one without a SCIM resource, or one who was deleted for long enough."
    );

    public static readonly AuditAction ResourceRestored = New("resource.restored", "A deleted resource was brought back.");
    public static readonly AuditAction AttributesUpdated = New("attributes.updated", "The catalogue of attributes changed.");
    public static readonly AuditAction RolesUpdated = New("roles.updated", "The roles of the application changed.");
    public static readonly AuditAction ImportStarted = New("directory.import_started", "An import of the application's users began.");
    public static readonly AuditAction UserUpdated = New("directory.user_updated", "An admin changed what is the application's to edit.");
    public static readonly AuditAction UserMerged = New("directory.user_merged", "A person was merged into another one.");
    public static readonly AuditAction SnapshotStarted = New(
        "directory.snapshot_started",
        "Everything of a connection is told to the application again."
    );
    public static readonly AuditAction ReconciliationStarted = New(
        "directory.reconciliation_started",
        "The application's users are compared with what it was told."
    );
    public static readonly AuditAction ReconciliationApplied = New(
        "directory.reconciliation_applied",
        "The application is told again of people whom a reconciliation has found."
    );
    public static readonly AuditAction SelfTested = New("connection.self_tested", "The server has called the connection's public address.");
    public static readonly AuditAction ShareLinkCreated = New("share_link.created", "A link that needs no login was made.");
    public static readonly AuditAction ShareLinkRevoked = New("share_link.revoked", "A link that needs no login was revoked.");
    public static readonly AuditAction PortalLinkCreated = New("portal_link.created", "A link to the portal was made.");
    public static readonly AuditAction PortalLinkOpened = New("portal_link.opened", "Somebody opened the portal by a link.");
    public static readonly AuditAction PortalLinkRevoked = New("portal_link.revoked", "A link to the portal was revoked.");
    public static readonly AuditAction SchedulesUpdated = New(
        "connection.schedules_updated",
        "It was set when the server itself does something for a connection."
    );

    public static readonly AuditAction WebhookCreated = New("webhook.created", "A webhook endpoint was created.");
    public static readonly AuditAction WebhookUpdated = New("webhook.updated", "A member of a webhook endpoint changed.");
    public static readonly AuditAction WebhookDeleted = New("webhook.deleted", "A webhook endpoint was deleted.");
    public static readonly AuditAction WebhookEnabled = New("webhook.enabled", "A webhook endpoint was enabled.");
    public static readonly AuditAction WebhookDisabled = New("webhook.disabled", "A webhook endpoint was disabled.");
    public static readonly AuditAction WebhookSecretRotated = New("webhook.secret_rotated", "A webhook endpoint got a new secret.");
    public static readonly AuditAction WebhookTested = New("webhook.tested", "A test was sent to a webhook endpoint.");
    public static readonly AuditAction WebhookReplayed = New("webhook.replayed", "Events are sent to a webhook endpoint again.");
    public static readonly AuditAction WebhookDeliveryRetried = New("webhook.delivery_retried", "A failed delivery is tried at once.");

    AuditAction(string name, string description) => (Name, Description) = (name, description);

    public static IReadOnlyList<AuditAction> All => Listed;

    /// <summary>As it is stored.</summary>
    public string Name { get; }

    /// <summary>One sentence for the documentation.</summary>
    public string Description { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    static AuditAction New(string name, string description)
    {
        var action = new AuditAction(name, description);
        Listed.Add(action);
        return action;
    }
}
