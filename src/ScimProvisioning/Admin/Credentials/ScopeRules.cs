using FluentValidation;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Admin.Credentials;

/// <summary>The scopes that a token or an OAuth client can have.</summary>
static class ScopeRules
{
    public static IRuleBuilderOptions<T, IReadOnlyList<string>?> AreScopes<T>(this IRuleBuilder<T, IReadOnlyList<string>?> rule) =>
        rule.Must(scopes => scopes is null || (scopes.Count > 0 && scopes.All(Token.AllScopes.Contains)))
            .WithMessage("Must be read, write or both.");

    /// <summary>The scopes as they are stored: sorted, each once; all of them when none are named.</summary>
    public static string[] Of(IReadOnlyList<string>? named) => [.. (named ?? Token.AllScopes).Distinct().Order(StringComparer.Ordinal)];
}
