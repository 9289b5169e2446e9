using FluentValidation;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Webhooks;

/// <summary>Rules of the members of an endpoint, and what its list of types means.</summary>
static class WebhookRules
{
    const int LongestUrl = 2000;
    const string GroupTypes = "directory.group.";

    public static IRuleBuilderOptions<T, string?> IsHook<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(url => url is null || IsHook(url))
            .WithMessage($"Must be an absolute https or http URL without user, password or fragment, up to {LongestUrl} characters.");

    public static IRuleBuilderOptions<T, IReadOnlyList<string>?> AreEventTypes<T>(this IRuleBuilder<T, IReadOnlyList<string>?> rule) =>
        rule.Must(types => types is null || types.All(type => type is not null && TypeList.Unknown(type) is null))
            .WithMessage(
                (_, types) => $"There is no type '{types!.FirstOrDefault(type => type is null || TypeList.Unknown(type) is not null)}'."
            );

    public static IRuleBuilderOptions<T, string?> IsPayload<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(payload => payload is null or WebhookEndpoint.Full or WebhookEndpoint.Thin).WithMessage("Must be one of: full, thin.");

    public static IRuleBuilderOptions<T, string?> IsOrder<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(order => order is null or WebhookEndpoint.ByObject or WebhookEndpoint.ByConnection)
            .WithMessage("Must be one of: object, connection.");

    /// <summary>The names of the types; <c>null</c>: all of them.</summary>
    public static string[]? Names(IReadOnlyList<string>? types) =>
        types is null or [] ? null : [.. types.SelectMany(TypeList.Of).Distinct()];

    /// <summary>The order of an endpoint that names none.</summary>
    public static string StandardOrder(string[]? types) =>
        types is null || types.Any(type => type.StartsWith(GroupTypes, StringComparison.Ordinal))
            ? WebhookEndpoint.ByConnection
            : WebhookEndpoint.ByObject;

    static bool IsHook(string url) =>
        url.Length <= LongestUrl
        && Uri.TryCreate(url, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
        && address is { UserInfo: "", Fragment: "", Host.Length: > 0 }
        && !url.Any(char.IsControl);
}
