using Scim.Directory;

namespace ScimProvisioning.Directory.Mappings;

/// <summary>New rules for a connection; what is absent stays as it is.</summary>
sealed record RuleChange(MappingBody? Mapping, ScopeBody? Scope, RoleMappingsBody? RoleMappings)
{
    /// <summary>The stored rules with this change.</summary>
    public Storage.Released.StoredRules Over(Storage.Released.StoredRules stored) =>
        stored with
        {
            Mapping = Mapping is null ? stored.Mapping : Mapping.ToMapping(stored.Catalogue),
            Scope = Scope is null ? stored.Scope : Scope.ToScope(),
            RoleMappings = RoleMappings is null ? stored.RoleMappings : RoleMappings.ToMappings(),
        };

    /// <summary>Whether a field of the rules was sent with this change.</summary>
    public bool Has(FieldError error) =>
        error.Part switch
        {
            "mapping" => Mapping is not null,
            "scope" => Scope is not null,
            _ => RoleMappings is not null,
        };
}
