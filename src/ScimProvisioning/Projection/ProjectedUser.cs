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

    /// <summary>Whether an active person would not be active any more.</summary>
    public bool Leaves =>
        Previous is { Status: PersonStatus.Active } && Outcome is Outcome.Released { Next.Status: not PersonStatus.Active };

    /// <summary>The same the other way round.</summary>
    public bool Returns =>
        Previous is { Status: not PersonStatus.Active } && Outcome is Outcome.Released { Next.Status: PersonStatus.Active };

    /// <summary>The user when the guard holds the person: nothing of him changes.</summary>
    public ProjectedUser Held() => this with { Outcome = new Outcome.Held([.. Problems, Problem.OfGuard]) };

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
