using Scim.Directory;

namespace ScimProvisioning.Projection;

/// <summary>A received user with what was found out about it.</summary>
/// <param name="User">As the mapping reads it.</param>
/// <param name="IsAsked">False for one that was not asked for: somebody else in the batch depends on it.</param>
/// <param name="Previous">The person as the application was told; <c>null</c>: there is none.</param>
/// <param name="Outcome">What becomes of the person.</param>
sealed record ProjectedUser(MappedUser User, bool IsAsked, Person? Previous, Outcome Outcome)
{
    public Guid Id => User.ResourceId;

    /// <summary>The person afterwards; <c>null</c>: there is none.</summary>
    public Person? Next =>
        Outcome is Outcome.Released released ? released.Next
        : Outcome is Outcome.Unchanged { Row: { } row } ? row
        : Previous;

    public IReadOnlyList<Problem> Problems =>
        Outcome switch
        {
            Outcome.Released released => released.Problems,
            Outcome.Held held => held.Problems,
            Outcome.Unchanged unchanged => unchanged.Problems,
            _ => [],
        };
}
