using System.IO.Compression;
using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using Scim.Directory;
using ScimProvisioning.Activity.Requests;
using ScimProvisioning.Activity.Runs;
using ScimProvisioning.Admin.Audit;
using ScimProvisioning.Admin.Connections;
using ScimProvisioning.Admin.Credentials;
using ScimProvisioning.Api;
using ScimProvisioning.Directory.Attributes;
using ScimProvisioning.Directory.Mappings;
using ScimProvisioning.Directory.Reconciliations;
using ScimProvisioning.Directory.Standing;

namespace ScimProvisioning.Support.Bundles;

/// <summary>
/// Everything that a support person needs of one connection, as a ZIP of JSON files: what the admin API shows, without any secret. It runs
/// within the transaction of the caller, who sees no more by it than by the API.
/// </summary>
sealed class SupportBundle(
    AdminTransaction transaction,
    ConnectionUseCases connections,
    TokenUseCases tokens,
    OAuthClientUseCases clients,
    MappingUseCases mappings,
    AttributeUseCases attributes,
    RoleUseCases roles,
    ProjectionUseCases projection,
    ProblemUseCases problems,
    ReconciliationUseCases reconciliations,
    RunUseCases runs,
    RequestUseCases requests,
    FailedLoginUseCases logins,
    AuditLogUseCases audit,
    BundledWebhooks webhooks,
    BundledSettings settings,
    IOptions<JsonOptions> json
)
{
    const int MostRequests = 1_000;
    const int Most = 200;

    static readonly PageRequest Page = new() { Limit = Most };

    static readonly RequestQuery NotAnswered = new()
    {
        Outcome = $"{WireName.Of(RequestOutcome.Refused)},{WireName.Of(RequestOutcome.Failed)}",
    };

    static readonly string Version =
        typeof(SupportBundle).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="withServer">Whether it tells of the server too, which is not for the keys of one organization.</param>
    /// <exception cref="ProblemException">404.</exception>
    public async Task<byte[]> MakeAsync(Guid id, bool redact, bool withServer, CancellationToken ct)
    {
        // First, because it is 404 for what is not there.
        var connection = await connections.GetAsync(id, ct);
        var redaction = redact ? new Redaction() : null;
        using var file = new MemoryStream();
        await using (var zip = await ZipArchive.CreateAsync(file, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, ct))
        {
            await AddAsync(
                "about",
                new
                {
                    Version,
                    ConnectionId = id,
                    CreatedAt = transaction.Now.UtcDateTime,
                    IsRedacted = redact,
                }
            );
            if (withServer)
                await AddAsync("settings", settings.Read());
            await AddAsync("connection", connection);
            await AddAsync("tokens", await tokens.ListAsync(id, Page, ct));
            await AddAsync("oauth-clients", await clients.ListAsync(id, Page, ct));
            // Names of attributes, paths and roles are the application's own words.
            await AddAsync("attributes", await attributes.GetAsync(ct), isPlain: true);
            await AddAsync("roles", await roles.GetAsync(ct), isPlain: true);
            await AddAsync("mapping", await mappings.GetMappingAsync(id, ct), isPlain: true);
            await AddAsync("scope", await mappings.GetScopeAsync(id, ct));
            await AddAsync("role-mappings", await mappings.GetRoleMappingsAsync(id, ct));
            await AddAsync("projection", await projection.GetAsync(id, ct));
            await AddAsync("problems", await problems.ListAsync(id, new() { Limit = Most }, ct));
            await AddAsync("runs", await runs.ListAsync(id, new() { Limit = Most / 4 }, ct));
            await AddAsync("requests", await requests.ListAsync(id, NotAnswered, new() { Limit = MostRequests }, ct));
            await AddAsync("failed-logins", await logins.ListAsync(id, Page, ct));
            await AddAsync("reconciliations", await reconciliations.ListAsync(id, new() { Limit = Most / 4 }, ct));
            await AddAsync("webhooks", await webhooks.ReadAsync(id, ct));
            await AddAsync("audit-log", await audit.ListAsync(new() { ConnectionId = id }, Page, ct));

            async Task AddAsync<T>(string name, T message, bool isPlain = false)
            {
                var node = JsonSerializer.SerializeToNode(message, json.Value.SerializerOptions);
                await using var entry = await zip.CreateEntry($"{name}.json").OpenAsync(ct);
                await JsonSerializer.SerializeAsync(entry, redaction is null || isPlain ? node : redaction.Of(node), Readable, ct);
            }
        }
        return file.ToArray();
    }

    /// <summary>The name of the file.</summary>
    public string FileName(Guid id) => $"support-{id}-{transaction.Now:yyyyMMdd-HHmmss}.zip";
}
