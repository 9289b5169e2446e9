namespace Scim.Directory;

/// <summary>What stands between what was received of a user and what the app sees.</summary>
public enum PersonStanding
{
    /// <summary>The app sees what was received.</summary>
    Released,

    /// <summary>The connection is not enabled yet.</summary>
    Waiting,

    /// <summary>A problem holds the user, or his latest changes, back.</summary>
    Held,
    OutOfScope,

    /// <summary>It is about to be released.</summary>
    NotYet,
}

/// <summary>Decides what it is.</summary>
public static class PersonStandings
{
    /// <param name="isKnown">The app knows a person of this user.</param>
    /// <param name="releases">The connection releases what it receives.</param>
    /// <param name="isGuarded">The guard keeps the person as the app sees him.</param>
    /// <param name="isInScope">By the groups of the user.</param>
    /// <param name="isHeld">There is a problem that holds.</param>
    public static PersonStanding Of(bool isKnown, bool releases, bool isGuarded, bool isInScope, bool isHeld) =>
        !isKnown && !releases ? PersonStanding.Waiting
        : isGuarded ? PersonStanding.Held
        : !isInScope ? PersonStanding.OutOfScope
        : isHeld ? PersonStanding.Held
        : isKnown ? PersonStanding.Released
        : PersonStanding.NotYet;
}
