using ScimProvisioning.Api;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Mappings;

/// <summary>Reads and changes the mapping, the scope and the role mappings of a connection.</summary>
sealed class MappingUseCases(RuleStore rules, ScopeCounts counts)
{
    public async Task<MappingBody> GetMappingAsync(Guid connection, CancellationToken ct) => Mapping(await rules.ReadAsync(connection, ct));

    /// <exception cref="ProblemException">400; 404.</exception>
    public async Task<MappingBody> ReplaceMappingAsync(Guid connection, MappingBody request, CancellationToken ct) =>
        Mapping((await ChangeAsync(connection, new(request, null, null), ct)).Rules);

    public async Task ResetMappingAsync(Guid connection, CancellationToken ct) =>
        await ResetAsync(connection, stored => stored with { Mapping = null }, ct);

    public async Task<ScopeResponse> GetScopeAsync(Guid connection, CancellationToken ct) =>
        await counts.ReadAsync(connection, (await rules.ReadAsync(connection, ct)).Scope, ct);

    /// <exception cref="ProblemException">400; 404.</exception>
    public async Task<ScopeResponse> ReplaceScopeAsync(Guid connection, ScopeBody request, CancellationToken ct) =>
        await counts.ReadAsync(connection, (await ChangeAsync(connection, new(null, request, null), ct)).Rules.Scope, ct);

    public async Task ResetScopeAsync(Guid connection, CancellationToken ct) =>
        await ResetAsync(connection, stored => stored with { Scope = null }, ct);

    public async Task<RoleMappingsBody> GetRoleMappingsAsync(Guid connection, CancellationToken ct) =>
        RoleMappingsBody.Of((await rules.ReadAsync(connection, ct)).RoleMappings);

    /// <exception cref="ProblemException">400; 404.</exception>
    public async Task<RoleMappingsBody> ReplaceRoleMappingsAsync(Guid connection, RoleMappingsBody request, CancellationToken ct) =>
        RoleMappingsBody.Of((await ChangeAsync(connection, new(null, null, request), ct)).Rules.RoleMappings);

    public async Task ResetRoleMappingsAsync(Guid connection, CancellationToken ct) =>
        await ResetAsync(connection, stored => stored with { RoleMappings = null }, ct);

    static MappingBody Mapping(StoredRules stored) => MappingBody.Of(stored.Mapping, stored.Catalogue);

    async Task<BoundRules> ChangeAsync(Guid connection, RuleChange change, CancellationToken ct)
    {
        var locked = await rules.LockAsync(connection, ct);
        var bound = await rules.CheckAsync(connection, change.Over(locked.Stored), locked.Types, change, error => error.Field, ct);
        await rules.SaveAsync(locked, bound, ct);
        return bound;
    }

    async Task ResetAsync(Guid connection, Func<StoredRules, StoredRules> reset, CancellationToken ct)
    {
        var locked = await rules.LockAsync(connection, ct);
        await rules.SaveAsync(locked, new(reset(locked.Stored), [], []), ct);
    }
}
