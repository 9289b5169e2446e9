namespace Scim.Directory;

/// <summary>What a projection would do, for the counts of a preview.</summary>
public enum OutcomeKind
{
    /// <summary>The app does not know the user, and is not to.</summary>
    Nothing,
    Unchanged,
    Held,
    Created,

    /// <summary>The app learns of somebody who is inactive from the beginning.</summary>
    CreatedInactive,

    /// <summary>The user becomes a person that the app knows already: imported, or deleted earlier.</summary>
    Linked,
    Updated,
    Deactivated,
    Reactivated,
    Deleted,
}

/// <summary>What follows from comparing a user, or a change, with what the app was told.</summary>
public abstract record Outcome
{
    Outcome() { }

    /// <summary>The app does not know the user, and is not to.</summary>
    public sealed record Nothing : Outcome;

    /// <summary>The app would see no difference.</summary>
    /// <param name="Row">
    /// The person to store, without an event and with the same version, when something differs that the app does not see; else <c>null</c>.
    /// </param>
    public sealed record Unchanged(IReadOnlyList<Problem> Problems, Person? Row = null) : Outcome;

    /// <summary>The person is held back: what the app was told stays.</summary>
    public sealed record Held(IReadOnlyList<Problem> Problems) : Outcome;

    /// <summary>The app is told.</summary>
    /// <param name="Next">The person to store.</param>
    /// <param name="Problems">Also those that hold, when only a deactivation gets through.</param>
    /// <param name="Linked">The user becomes a person that the app knew already.</param>
    public sealed record Released(Person Next, PersonEvent Event, IReadOnlyList<Problem> Problems, bool Linked = false) : Outcome;

    public OutcomeKind Kind =>
        this switch
        {
            Nothing => OutcomeKind.Nothing,
            Unchanged => OutcomeKind.Unchanged,
            Held => OutcomeKind.Held,
            Released { Linked: true } => OutcomeKind.Linked,
            Released { Event.Type: PersonEvent.Created, Next.Status: PersonStatus.Active } => OutcomeKind.Created,
            Released { Event.Type: PersonEvent.Created } => OutcomeKind.CreatedInactive,
            Released { Event.Type: PersonEvent.Deactivated } => OutcomeKind.Deactivated,
            Released { Event.Type: PersonEvent.Reactivated } => OutcomeKind.Reactivated,
            Released { Event.Type: PersonEvent.Deleted } => OutcomeKind.Deleted,
            _ => OutcomeKind.Updated,
        };
}
