using FluentValidation;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Admin.Credentials;

/// <summary>The scopes that an admin gives to a token or an OAuth client.</summary>
static class ScopeRules
{
    public static IRuleBuilderOptions<T, IReadOnlyList<string>?> AreScopes<T>(this IRuleBuilder<T, IReadOnlyList<string>?> rule) =>
        rule.Must(scopes => scopes is null || (scopes.Count > 0 && scopes.All(Token.AllScopes.Contains)))
            .WithMessage("Must be read, write or both.");

    /// <summary>As they are stored: each once and in one order; all of them when none are named.</summary>
    public static string[] Of(IReadOnlyList<string>? named) => [.. (named ?? Token.AllScopes).Distinct().Order(StringComparer.Ordinal)];
}
