using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ScimProvisioning.Api;

/// <summary>
/// Adds an example to each member of a message. Members of the same name have the same example in all messages, except those that are
/// listed with the name of their message.
/// </summary>
sealed class OpenApiExamples : ISchemaFilter
{
    const string Id = "019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e10";

    static readonly JsonObject Examples = (JsonObject)
        JsonNode.Parse(
            $$"""
            {
                "id": "{{Id}}", "organizationId": "00000000-0000-7000-8000-000000000001", "connectionId": "{{Id}}", "targetId": "{{Id}}",
                "name": "Acme", "externalId": "acme-42", "maxConnections": 3, "label": "Entra production",
                "key": "con-a2b3c4d5e6f7a2b3c4d5", "provider": "entra",
                "tenantUrl": "https://scim.example.com/scim/v2/con-a2b3c4d5e6f7a2b3c4d5",
                "state": "active", "stateReason": "Migration of the tenant", "reason": "Migration of the tenant",
                "entraTenantId": "8d2a4f8e-bf98-4363-84ae-d4ef0a21f0f2", "entraAppObjectId": "3b7f9a10-4c21-4d6b-9a55-2e8f1c0d7b64",
                "allowedAddresses": ["20.190.128.0/18"], "allowSharedTenant": false,
                "uniqueGroupNames": true, "groupPatchReturnsResource": "auto", "ignoreUnknownAttributes": false, "acceptEntraTokens": true,
                "announcePagination": true,
                "createdAt": "2026-11-21T09:30:00.000Z", "stateChangedAt": "2026-11-21T09:30:00.000Z",
                "occurredAt": "2026-11-21T09:30:00.000Z",
                "expiresAt": "2027-11-21T09:30:00.000Z", "revokedAt": "2026-12-01T08:00:00.000Z",
                "lastUsedAt": "2026-11-21T12:00:00.000Z",
                "token": "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJqdGkiOiI….…", "hint": "…x3Qk", "expiresInDays": 365,
                "actor": "admin-key:{{Id}}", "actorLabel": "Operations", "action": "connection.paused", "targetType": "Connection",
                "before": { "state": "active" }, "after": { "state": "paused" }, "requestId": "0HNQ7OTVOV4CD:00000001",
                "address": "203.0.113.7",
                "clientId": "client-a2b3c4d5e6f7a2b3c4d5", "clientSecret": "cs_qG4h…", "secretId": "{{Id}}",
                "tokenUrl": "https://scim.example.com/oauth2/token",
                "issuer": "https://login.microsoftonline.com/8d2a4f8e-bf98-4363-84ae-d4ef0a21f0f2/v2.0",
                "subject": "5c1f2e7a-0b43-4a75-8f7e-2c9d7e1a6b34", "audience": "3b7f9a10-4c21-4d6b-9a55-2e8f1c0d7b64",
                "createdBy": "admin-key:{{Id}}", "scope": "full", "source": "stored", "overlapHours": 24,
                "lastUsedAddress": "20.190.129.80", "lastUsedAgent": "Okta SCIM Client 1.0.0", "userAgent": "curl/8.5.0",
                "at": "2026-11-21T09:30:00.000Z",
                "message": "The connection is disabled. Enable it when it should be used again; tokens and data are as they were.",
                "tokenId": "{{Id}}", "tokenHint": "…x3Qk", "tokenLabel": "Entra production", "clientLabel": "Entra", "users": 1204,
                "groups": 37,
                "CreatedAdminKeyResponse.key": "sk_Zk3vQ0…", "AdminKeyResponse.hint": "sk_Zk…9aQw",
                "CreatedAdminKeyResponse.hint": "sk_Zk…9aQw",
                "FailedLoginResponse.reason": "disabled", "TokenResponse.status": "active", "ClientSecretResponse.status": "active",
                "OAuthClientResponse.status": "active", "AdminKeyResponse.status": "active",
                "resourceType": "User", "deletedAt": "2026-11-21T09:30:00.000Z", "changesEmptied": 3,
                "into": "{{Id}}", "from": "{{Id}}", "GroupResponse.name": "Design",
                "GroupResponse.externalId": "5c1f2e7a-0b43-4a75-8f7e-2c9d7e1a6b34",
                "GroupResponse.memberCount": 0, "GroupResponse.hint": "No members: is it a nested or dynamic group?",
                "ReceivedGroupResponse.name": "Design", "ReceivedGroupResponse.externalId": "5c1f2e7a-0b43-4a75-8f7e-2c9d7e1a6b34",
                "ReceivedGroupResponse.memberCount": 1204, "hasMoreMembers": false, "releasedCount": 1180,
                "ReceivedGroupResponse.inScope": true, "ReceivedGroupResponse.roles": ["editor"],
                "GroupResponse.version": 7, "updatedAt": "2026-11-22T08:00:00.000Z",
                "standing": "held", "ReceivedUserResponse.externalId": "5c1f2e7a-0b43-4a75-8f7e-2c9d7e1a6b34",
                "ReceivedUserResponse.uid": "5c1f2e7a-0b43-4a75-8f7e-2c9d7e1a6b34", "ReceivedUserResponse.userName": "ella@contoso.com",
                "ReceivedUserResponse.active": true, "ReceivedUserResponse.values": { "userName": "ella@contoso.com" },
                "ReceivedUserResponse.groupIds": ["{{Id}}"], "UserProblemResponse.kind": "missing_required",
                "UserProblemResponse.attribute": "email", "UserProblemResponse.message": "The user has no email, which is required.",
                "UserProblemResponse.holds": true, "UserProblemResponse.since": "2026-11-21T09:30:00.000Z",
                "ResolveResponse.reason": "inactive", "DuplicateResponse.attribute": "email", "DuplicateResponse.value": "ella@contoso.com",
                "DuplicatesResponse.truncated": false, "ImportResponse.state": "completed", "rowsRead": 1000, "ImportResponse.created": 998,
                "ImportResponse.updated": 1, "ImportResponse.failed": 1, "finishedAt": "2026-11-21T09:31:00.000Z",
                "ImportErrorResponse.line": 17, "ImportErrorResponse.field": "email",
                "ImportErrorResponse.message": "'email' must be a text.",
                "next": "{{Id}}",
                "AttributeBody.name": "costCenter", "AttributeBody.type": "string", "required": false, "description": "Who pays.",
                "defaultPaths": ["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter"], "attributes": [],
                "RoleBody.key": "editor", "RoleBody.name": "Editor", "priority": 10, "roles": [],
                "AttributeMappingBody.name": "jobTitle", "paths": ["title"], "transform": "trim", "default": "Unknown",
                "whenMissing": "ignore", "uid": ["externalId", "id"], "uidFormat": "guid", "mode": "groups",
                "GroupBody.name": "All employees", "ScopeGroupResponse.name": "All employees",
                "ScopeBody.groups": [{ "name": "All employees" }], "ScopeResponse.groups": [], "memberCount": 1204, "waits": false,
                "inScope": 1204, "problems": [], "role": "editor", "RoleMappingsBody.groups": [], "RoleMappingsBody.default": "viewer",
                "RoleMappingsBody.mode": "all", "RoleMappingsBody.attribute": false,
                "path": "title", "share": 0.97, "samples": ["Engineer"], "attribute": "jobTitle", "sampledAt": "2026-11-21T09:30:00.000Z",
                "SuggestionResponse.type": "string", "SuggestionsResponse.paths": [], "SuggestionResponse.attribute": "jobTitle",
                "SuggestionsResponse.hint": "Nothing was received yet.",
                "created": 200, "linked": 1000, "updated": 0, "deactivated": 2, "reactivated": 0, "unchanged": 0, "held": 1,
                "PreviewExamples.created": [], "PreviewExamples.linked": [], "PreviewExamples.updated": [],
                "PreviewExamples.deactivated": [], "PreviewExamples.reactivated": [], "PreviewExamples.held": [],
                "resourceId": "{{Id}}", "userId": "{{Id}}", "userName": "ella@contoso.com", "displayName": "Ella Berg",
                "changes": ["jobTitle"], "app": "Lead", "identityProvider": "Engineer", "conflicts": [], "conflictCount": 0,
                "warnings": [], "PlanResponse.state": "ready", "done": 4000, "total": 12000, "failure": "It could not be computed.",
                "enable": true, "kind": "duplicate_uid", "ProblemResponse.message": "Another user has the uid '42' already.",
                "otherId": "{{Id}}", "holds": true, "since": "2026-11-21T09:30:00.000Z",
                "releases": true, "initialLoad": false, "stage": "users", "startedAt": "2026-11-21T09:30:00.000Z", "lag": 0, "queued": 0,
                "horizonAgeSeconds": 0.01, "pid": 4711, "application": "pg_dump", "database": "scim", "ageSeconds": 0.01,
                "rebuiltAt": "2026-11-21T09:30:00.000Z", "version": 7,
                "enabled": true, "GuardRequest.share": 0.2, "GuardResponse.share": 0.2, "GuardRequest.count": 25, "GuardResponse.count": 25,
                "windowMinutes": 60, "GuardResponse.state": "holding", "GuardResponse.held": 40, "leftInWindow": 3, "heldInWindow": 40,
                "GuardResponse.active": 97, "approved": 40, "erased": { "resources": 1, "changes": 3, "events": 4 },
                "FeedPage.next": "1-48213", "caughtUp": true, "drainedTo": "1-48213", "memberships": 5310,
                "url": "https://app.example.com/hooks", "types": ["directory.user.*"], "payload": "full", "order": "object",
                "CreateWebhookEndpointRequest.description": "Production", "UpdateWebhookEndpointRequest.description": "Production",
                "WebhookEndpointResponse.description": "Production", "WebhookEndpointResponse.types": ["directory.user.created"],
                "disabledReason": "failing", "failuresInARow": 0, "failingSince": "2026-11-21T09:30:00.000Z",
                "previousSecretUntil": "2026-11-22T09:30:00.000Z", "secret": "whsec_Zk3vQ0…", "until": "2026-11-22T09:30:00.000Z",
                "count": 1204, "isDry": true, "eventId": "{{Id}}", "WebhookDeliveryResponse.type": "directory.user.created",
                "WebhookDeliveryResponse.status": "failed", "attempts": 3, "nextAttemptAt": "2026-11-21T10:00:00.000Z",
                "lastError": "The receiver has answered 503.", "WebhookAttemptResponse.type": "directory.user.created", "attempt": 1,
                "succeeded": true, "WebhookAttemptResponse.status": 200, "error": "The receiver has answered 503.", "answer": "ok",
                "milliseconds": 12, "RequestResponse.method": "POST", "operation": "create", "outcome": "refused", "found": 1,
                "RequestResponse.externalId": "5c1f2e7a-0b43-4a75-8f7e-2c9d7e1a6b34", "RequestResponse.subject": "ella@contoso.com",
                "RequestResponse.status": 409, "scimType": "uniqueness", "entraErrorCode": "EntryConflict", "runId": "{{Id}}",
                "RequestResponse.detail": "A User with userName 'ella@contoso.com' exists already in this connection.",
                "RequestResponse.actor": "token:{{Id}}", "body": "{\"userName\":\"ella@contoso.com\"}",
                "RunResponse.kind": "full", "lastRequestAt": "2026-11-21T09:42:00.000Z", "endedAt": "2026-11-21T09:42:00.000Z",
                "requests": 1014, "ObjectCounts.created": 3, "ObjectCounts.updated": 5, "ObjectCounts.unchanged": 489, "failed": 1,
                "SeenCounts.created": 3, "SeenCounts.updated": 4, "SeenCounts.unchanged": 490, "added": 12, "removed": 3,
                "ReconciliationResponse.state": "completed", "hasList": true, "ReconciliationResponse.failed": 0,
                "ReconciliationResponse.errors": [], "fullRunId": "{{Id}}", "local": 2, "unassigned": 1, "assigned": 995, "inactive": 4,
                "missing": 1, "differing": 3, "stale": 2, "DifferenceResponse.id": 17, "class": "differing", "line": 42,
                "DifferenceResponse.reason": "out_of_scope", "DifferenceResponse.uid": "5c1f2e7a-0b43-4a75-8f7e-2c9d7e1a6b34",
                "appUserId": "4711", "DifferenceResponse.name": "ella@contoso.com",
                "DifferenceResponse.attributes": { "jobTitle": { "ours": "Lead", "theirs": "Engineer" } },
                "repair": "The app does not have this user.", "canBeTold": true, "toldAt": "2026-11-21T09:30:00.000Z",
                "classes": ["missing", "differing"], "ids": [17], "told": 4, "skipped": 0,
                "passed": true, "checks": [], "SelfTestCheck.name": "login", "SelfTestCheck.status": "ok",
                "SelfTestCheck.detail": "A token that was made for this test is accepted.",
                "redact": true, "what": "support-bundle", "hours": 24,
                "CreatedShareLinkResponse.url": "https://scim.example.com/share/Zk3vQ0…",
                "uses": 1, "job": "reconciliation", "cron": "0 3 * * 0", "nextAt": "2026-11-29T03:00:00.000Z",
                "lastRunAt": "2026-11-22T03:00:00.000Z", "lastResult": "2 stale users were found.", "schedules": [],
                "notLogged": 0, "leastSeconds": 240, "mostSeconds": 900,
                "verdict": "refused", "sentence": "The identity provider tried to send this person, but it was refused: …",
                "advice": "Correct in the identity provider what the reason names, then provision the person on demand.",
                "WhyPerson.name": "Ella Berg", "email": "ella@contoso.com", "personId": "{{Id}}", "WhyPerson.status": "active",
                "WhyEvidence.what": "A request to create the person was refused.", "WhyEvidence.status": 409, "endpointId": "{{Id}}",
                "WhyEvidence.detail": "A User with userName 'ella@contoso.com' exists already in this connection.",
                "WhyDelivery.state": "delivered", "WhyCandidate.name": "Ella Berg",
                "isSimilar": true, "HistoryResponse.next": "751-4711-48213", "HistoryResponse.hint": "The group has no members. …",
                "heldSince": "2026-11-21T09:30:00.000Z",
                "ReceivedGroupResponse.hint": "The group has no members. …",
                "HistoryResponse.fields": {}, "seenFields": {}, "HistoryEntry.kind": "received", "HistoryEntry.type": "user.updated",
                "HistoryEntry.changes": [], "HistoryEntry.actor": "token:{{Id}}", "FieldChange.actor": "token:{{Id}}",
                "HistoryChange.path": "title", "old": "Engineer", "new": "Lead", "HistoryChange.added": 12, "HistoryChange.removed": 3,
                "addedIds": ["{{Id}}"], "removedIds": ["{{Id}}"], "StateResponse.received": { "userName": "ella@contoso.com" },
                "StateResponse.released": { "userName": "ella@contoso.com" }, "isReleasedKnown": true, "StateMembers.ids": ["{{Id}}"],
                "HealthResponse.status": "working", "light": "green", "reasons": ["The identity provider was here 10 minutes ago."],
                "lastContactAt": "2026-11-21T09:42:00.000Z", "lastWriteAt": "2026-11-21T09:42:00.000Z",
                "tokenExpiresAt": "2027-11-21T09:30:00.000Z", "HealthTest.actor": "token:{{Id}}", "objects": 537,
                "FailureShare.share": 0.0019, "quarantineShare": 0.4, "quarantineFailures": 5000, "LoginFailure.reason": "revoked",
                "lastAt": "2026-11-21T09:30:00.000Z", "waitingSince": "2026-11-21T09:30:00.000Z", "rebuilding": false,
                "type": "https://tools.ietf.org/html/rfc9110#section-15.5.5", "title": "Not Found", "status": 404,
                "detail": "There is no connection {{Id}}.",
                "instance": "/api/v1/connections", "code": "not_found", "errors": { "name": ["Must not be empty."] }
            }
            """
        )!;

    /// <inheritdoc/>
    public void Apply(IOpenApiSchema schema, SchemaFilterContext context)
    {
        foreach (var (name, member) in schema.Properties ?? new Dictionary<string, IOpenApiSchema>())
            if (member is OpenApiSchema inline && (Examples[$"{context.Type.Name}.{name}"] ?? Examples[name]) is { } example)
                // What was described by hand has its own.
                inline.Examples ??= [example.DeepClone()];
    }
}
