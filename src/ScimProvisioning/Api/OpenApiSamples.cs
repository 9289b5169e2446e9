using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using ScimProvisioning.Auth.AdminKeys;
using Swashbuckle.AspNetCore.SwaggerGen;

namespace ScimProvisioning.Api;

/// <summary>
/// Adds to each operation a body that can be sent as it is, and to each of its errors one as it is answered. The examples of single members
/// (<see cref="OpenApiExamples"/>) put together would not do: some members exclude each other.
/// </summary>
sealed class OpenApiSamples : IOperationFilter
{
    const string Device = """
        { "id": "urn:acme:params:scim:schemas:Device", "name": "Device", "attributes": [{ "name": "serial", "required": true }] }
        """;
    const string DeviceType = """
        { "name": "Device", "endpoint": "/Devices", "schema": "urn:acme:params:scim:schemas:Device" }
        """;
    const string Connection = """{ "name": "Acme", "provider": "entra", "allowedAddresses": ["20.190.128.0/18"] }""";
    const string State = """{ "reason": "Migration of the tenant" }""";

    const string CostCenter = """
        {
            "name": "costCenter", "type": "string", "required": false, "description": "Who pays.",
            "defaultPaths": ["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:costCenter"]
        }
        """;
    const string Email = """
        { "name": "email", "type": "string", "description": "The address at work.", "defaultPaths": ["emails.value"] }
        """;
    const string Attributes = $$"""
        { "attributes": [{ "name": "userName", "type": "string", "required": true, "defaultPaths": ["userName"] }, {{Email}}] }
        """;
    const string Mapping = """
        {
            "uid": ["externalId"],
            "attributes": [
                { "name": "userName", "paths": ["userName"], "transform": "lower" }, { "name": "email", "paths": ["emails.value"] }
            ]
        }
        """;
    const string Scope = """{ "mode": "groups", "groups": [{ "name": "All employees" }] }""";

    // By operation id. A new operation with a body fails a test until it stands here.
    static readonly Dictionary<string, string> Bodies = new()
    {
        ["createOrganization"] = """{ "name": "Acme", "externalId": "acme-42", "maxConnections": 3 }""",
        ["updateOrganization"] = """{ "name": "Acme" }""",
        ["createConnection"] = Connection,
        ["createConnectionOfOrganization"] = Connection,
        ["updateConnection"] = """{ "name": "Acme production", "allowedAddresses": [] }""",
        ["updateConnectionSettings"] = """{ "uniqueGroupNames": true }""",
        ["enableConnection"] = State,
        ["pauseConnection"] = State,
        ["resumeConnection"] = State,
        ["disableConnection"] = State,
        ["disconnectConnection"] = State,
        ["reconnectConnection"] = State,
        ["replaceGuard"] = """{ "enabled": true, "share": 0.2, "count": 25, "windowMinutes": 60 }""",
        ["createToken"] = """{ "label": "Entra production", "expiresInDays": 365, "scopes": ["read", "write"] }""",
        ["rotateToken"] = """{ "expiresInDays": 365, "overlapHours": 24 }""",
        ["createOAuthClient"] = """{ "label": "Entra", "expiresInDays": 365, "scopes": ["read", "write"] }""",
        ["createClientSecret"] = """{ "expiresInDays": 365 }""",
        ["createAdminKey"] = """{ "label": "Operations", "scope": "read" }""",
        ["createSchema"] = Device,
        ["replaceSchema"] = Device,
        ["createResourceType"] = DeviceType,
        ["replaceResourceType"] = DeviceType,
        ["replaceAttributes"] = Attributes,
        ["addAttribute"] = CostCenter,
        ["replaceRoles"] = """{ "roles": [{ "key": "editor", "name": "Editor", "priority": 10 }] }""",
        ["replaceMapping"] = Mapping,
        ["replaceScope"] = Scope,
        ["replaceRoleMappings"] = """{ "mode": "all", "groups": [], "attribute": true }""",
        ["previewRules"] = $$"""{ "scope": {{Scope}} }""",
        ["createPlan"] = $$"""{ "mapping": {{Mapping}}, "enable": true }""",
        ["updateUser"] = """{ "appUserId": "4711", "localAttributes": { "shoeSize": 38 } }""",
        ["createWebhookEndpoint"] = """{ "url": "https://app.example.com/hooks", "types": ["directory.user.*"] }""",
        ["updateWebhookEndpoint"] = """{ "description": "Production" }""",
        ["rotateWebhookSecret"] = """{ "overlapHours": 24 }""",
        ["replayWebhookEndpoint"] = """{ "since": "2026-11-21T00:00:00Z", "until": "2026-11-22T00:00:00Z" }""",
        ["makeSupportBundle"] = """{ "redact": true }""",
        ["createPortalLink"] = """{ "organizationId": "00000000-0000-7000-8000-000000000001", "readOnly": true }""",
        ["createShareLink"] = """{ "what": "support-bundle", "redact": true, "hours": 24 }""",
        ["replaceSchedules"] = """{ "schedules": [{ "job": "reconciliation", "cron": "0 3 * * 0" }] }""",
        ["applyReconciliation"] = """{ "classes": ["missing", "differing"] }""",
        ["mergeUser"] = """{ "into": "019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e10" }""",
    };

    static readonly Dictionary<string, (string Code, string Title, string Detail)> Errors = new()
    {
        ["400"] = ("validation_failed", "Bad Request", "Correct these fields: name."),
        ["401"] = ("unauthorized", "Unauthorized", AdminKeyHandler.Advice),
        ["403"] = ("forbidden", "Forbidden", "This admin key may only read."),
        ["404"] = ("not_found", "Not Found", "There is no connection 019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e10."),
        ["409"] = ("invalid_state", "Conflict", "Connection 019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e10 is disconnected: reconnect it first."),
        ["410"] = (
            "position_expired",
            "Gone",
            "This position is older than the events that are kept. Take a snapshot, and follow from there."
        ),
        ["413"] = ("payload_too_large", "Payload Too Large", "The request is too large."),
        ["415"] = ("unsupported_media_type", "Unsupported Media Type", "Send application/scim+json or application/json, in UTF-8."),
    };

    /// <inheritdoc/>
    public void Apply(OpenApiOperation operation, OperationFilterContext context)
    {
        if (operation.OperationId is { } id && Bodies.TryGetValue(id, out var sample))
            foreach (var body in (operation.RequestBody?.Content?.Values ?? []).OfType<OpenApiMediaType>())
                body.Example = JsonNode.Parse(sample);
        foreach (var (status, response) in operation.Responses ?? [])
            if (Errors.TryGetValue(status, out var error))
                foreach (var body in (response.Content?.Values ?? []).OfType<OpenApiMediaType>())
                    body.Example = Problem(int.Parse(status, System.Globalization.CultureInfo.InvariantCulture), error);
    }

    static JsonObject Problem(int status, (string Code, string Title, string Detail) error)
    {
        var problem = new JsonObject
        {
            ["title"] = error.Title,
            ["status"] = status,
            ["detail"] = error.Detail,
            ["code"] = error.Code,
            ["requestId"] = "0HNQ7OTVOV4CD:00000001",
        };
        if (status == StatusCodes.Status400BadRequest)
            problem["errors"] = new JsonObject { ["name"] = new JsonArray("Must not be empty.") };
        return problem;
    }
}
