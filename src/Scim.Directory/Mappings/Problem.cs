namespace Scim.Directory;

/// <summary>Why a person is held back, or what an admin should look at.</summary>
public enum ProblemKind
{
    /// <summary>An attribute that is required, or whose mapping says <c>whenMissing: hold</c>, has no value.</summary>
    MissingRequired,
    MissingUid,
    DuplicateUid,
    InvalidValue,

    /// <summary>The uid of the same SCIM resource is another one. Holds nobody back.</summary>
    UidChanged,

    /// <summary>An attribute whose mapping says <c>whenMissing: warn</c> has no value. Holds nobody back.</summary>
    MissingValue,

    /// <summary>A group that is named by a scope or a role could be one of several. Holds nobody back.</summary>
    AmbiguousGroup,

    /// <summary>So many would leave at once that the guard holds them.</summary>
    HeldByGuard,
}

/// <summary>A problem of one person, or of the group that a rule names.</summary>
/// <param name="Attribute">The catalogue's name of the attribute; <c>null</c> for the uid and for groups.</param>
/// <param name="Message">A plain sentence for an admin.</param>
/// <param name="Other">The resource that has the same uid, or the group that could be meant too.</param>
public sealed record Problem(ProblemKind Kind, string? Attribute, string Message, Guid? Other = null)
{
    /// <summary>True when the person is held back until it is mended.</summary>
    public bool Holds =>
        Kind
            is ProblemKind.MissingRequired
                or ProblemKind.MissingUid
                or ProblemKind.DuplicateUid
                or ProblemKind.InvalidValue
                or ProblemKind.HeldByGuard;

    /// <summary>The problem of a person whom the guard holds.</summary>
    public static readonly Problem OfGuard = new(
        ProblemKind.HeldByGuard,
        null,
        "So many people would leave at once that the guard keeps this one active. Approve it, or have the identity provider bring the "
            + "person back."
    );
}
