using ScimProvisioning.Api;
using ScimProvisioning.Directory.Mappings;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Directory.Plans;

/// <summary>Says what other rules would do, and changes nothing.</summary>
sealed class PreviewUseCases(ScimDbContext db, RuleStore rules, PreviewRun previews, ConnectionTypes types)
{
    /// <exception cref="ProblemException">400; 404.</exception>
    public async Task<PreviewResponse> RunAsync(Guid connection, PreviewRequest request, CancellationToken ct) =>
        await previews.RunAsync(connection, await BindAsync(connection, request.ToChange(), ct), ct);

    /// <exception cref="ProblemException">400; 404.</exception>
    public async Task<BoundRules> BindAsync(Guid connection, RuleChange change, CancellationToken ct)
    {
        var row = await db.ReadWithDocumentsAsync(connection, ct);
        var stored = await rules.ReadAsync(connection, ct);
        return await rules.CheckAsync(connection, change.Over(stored), types.Of(row.Documents), change, error => error.FullName, ct);
    }
}
