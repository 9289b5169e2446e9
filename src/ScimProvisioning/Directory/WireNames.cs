using FluentValidation;
using Scim.Directory;

namespace ScimProvisioning.Directory;

/// <summary>Enumerations in messages: they travel as text, so that a wrong one is answered with those that there are.</summary>
static class WireNames
{
    /// <summary>A value of the enumeration, or absent.</summary>
    public static IRuleBuilderOptions<T, string?> IsNameOf<T, TValue>(this IRuleBuilder<T, string?> rule)
        where TValue : struct, Enum =>
        rule.Must(text => text is null || WireName.TryParse<TValue>(text, out _))
            .WithMessage($"Must be one of {string.Join(", ", WireName.All<TValue>())}.");

    /// <summary>The value; the default when the text is absent. The validator has refused anything else.</summary>
    public static TValue Value<TValue>(string? text)
        where TValue : struct, Enum => WireName.TryParse(text, out TValue value) ? value : default;

    /// <summary>The texts for each wrong field, as an answer has them.</summary>
    public static Dictionary<string, string[]> Texts(this IEnumerable<FieldError> errors, Func<FieldError, string> field) =>
        errors.GroupBy(field, error => error.Message).ToDictionary(wrong => wrong.Key, wrong => wrong.Distinct().ToArray());
}
