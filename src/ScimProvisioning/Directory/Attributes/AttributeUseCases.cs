using Scim.Directory;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Attributes;

/// <summary>Reads and changes the catalogue: what the application knows of a person, for all connections.</summary>
sealed class AttributeUseCases(ServerRulesChange rules)
{
    const string Target = "Attributes";

    public async Task<AttributesBody> GetAsync(CancellationToken ct) => AttributesBody.Of((await rules.ReadAsync(ct)).Catalogue);

    /// <exception cref="ProblemException">400; 403.</exception>
    public async Task<AttributesBody> ReplaceAsync(AttributesBody request, CancellationToken ct)
    {
        var before = await rules.LockAsync(ct);
        return AttributesBody.Of(await SaveAsync(before, [.. request.Attributes!.Select(attribute => attribute.ToAttribute())], ct));
    }

    /// <summary>Adds one, so that a mapping can use it at once.</summary>
    /// <exception cref="ProblemException">400; 403.</exception>
    public async Task<AttributeBody> AddAsync(AttributeBody request, CancellationToken ct)
    {
        var before = await rules.LockAsync(ct);
        var added = request.ToAttribute();
        if (before.Catalogue.Find(added.Name) is { } known)
            throw ProblemException.Conflict("attribute_exists", $"The catalogue has the attribute '{known.Name}' already.");
        await SaveAsync(before, [.. before.Catalogue.Attributes, added], ct);
        return AttributeBody.Of(added);
    }

    async Task<Catalogue> SaveAsync(ServerRules before, IReadOnlyList<CatalogueAttribute> attributes, CancellationToken ct)
    {
        if (Catalogue.Check(attributes) is { Count: > 0 } errors)
            throw ProblemException.Invalid(errors.Texts(error => error.Field));
        var next = before with { Attributes = attributes };
        var (old, shown) = (AttributesBody.Of(before.Catalogue), AttributesBody.Of(next.Catalogue));
        if (!SameJson.Are(old, shown))
            await rules.SaveAsync(next, AuditAction.AttributesUpdated, Target, old, shown, ct);
        return next.Catalogue;
    }
}
