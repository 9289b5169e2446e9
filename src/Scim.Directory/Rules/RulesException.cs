namespace Scim.Directory;

/// <summary>Rules that make no sense, with each field and what must be there.</summary>
public sealed class RulesException(IReadOnlyList<FieldError> errors)
    : Exception(string.Join(" ", errors.Select(error => $"{error.FullName}: {error.Message}")))
{
    public IReadOnlyList<FieldError> Errors { get; } = errors;
}
