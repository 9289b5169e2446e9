using FluentValidation;

namespace ScimProvisioning.Admin.Connections;

/// <summary>Which values the members of a connection may have, and how these are stored.</summary>
static class ConnectionRules
{
    public const string DefaultProvider = "entra";

    const int MaximumBlocks = 100;

    public static readonly IReadOnlyList<string> Providers = [DefaultProvider, "okta", "onelogin", "jumpcloud", "ping", "custom"];

    /// <summary>The name under which a provider is stored.</summary>
    public static string ProviderOf(string given) => given == "entra_id" ? DefaultProvider : given;

    /// <summary>The address blocks as they are stored: in their normal form, each once.</summary>
    public static string[] BlocksOf(IReadOnlyList<string>? given) =>
        [.. (given ?? []).Select(block => AddressBlock.Normalise(block)!).Distinct()];

    public static void IsProvider<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(provider => provider is null || Providers.Contains(ProviderOf(provider)))
            .WithMessage($"Must be one of: {string.Join(", ", Providers)}.");

    public static void IsFewBlocks<T>(this IRuleBuilder<T, IReadOnlyList<string>?> rule) =>
        rule.Must(blocks => blocks is not { Count: > MaximumBlocks })
            .WithMessage($"Must be at most {MaximumBlocks}: put neighbours together into wider blocks.");

    public static void IsBlock<T>(this IRuleBuilder<T, string> rule) =>
        rule.Must(block => AddressBlock.Normalise(block) is not null)
            .WithMessage("Must be an IP address, or a block of addresses such as 192.0.2.0/24 or 2001:db8::/32.");
}
