using Scim.Directory;
using ScimProvisioning.Storage.Activity;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Activity.Why;

/// <summary>What is true of everybody in the connection.</summary>
/// <param name="Releases">What is received is released to the application.</param>
sealed record Surrounding(Connection Connection, Rules Rules, StoredRules Stored, bool Releases)
{
    public bool IsDisconnected => Connection.State is ConnectionState.Disconnected;
}

/// <summary>All that is known of one person: what was received, what the application was told, and what stands between the two.</summary>
/// <param name="Received">The user as it was received, maybe a deleted one; <c>null</c>: none is there.</param>
/// <param name="Person">The person of whom the application was told; <c>null</c>: it was told of none.</param>
/// <param name="Problems">What stands against the release.</param>
/// <param name="Refused">The last write by that name, if it was refused or failed.</param>
sealed record Trace(ReceivedUser? Received, ShownPerson? Person, IReadOnlyList<KnownProblem> Problems, LoggedRequest? Refused = null)
{
    /// <summary>Since when the guard keeps a person from leaving; <c>null</c>: it does not.</summary>
    public DateTimeOffset? GuardedSince => Problems.FirstOrDefault(problem => problem.Kind is ProblemKind.HeldByGuard)?.Since;

    public Guid? ResourceId => Received?.ResourceId ?? Person?.Person.ResourceId;

    /// <summary>The user is there for the identity provider.</summary>
    public bool IsLive => Received is { IsDeleted: false };

    /// <summary>What people know the person by.</summary>
    public string? Name => Text("displayName") ?? Shown("displayName") ?? UserName;

    public string? UserName => Text("userName") ?? Shown("userName") ?? Refused?.Subject;

    public string? Email => Shown("email");

    /// <summary>The problems that hold the person, or his latest changes, back: whom the guard keeps, the app sees.</summary>
    public IEnumerable<KnownProblem> Holding => Problems.Where(problem => problem is { Holds: true, Kind: not ProblemKind.HeldByGuard });

    string? Text(string name) => IsLive ? (string?)Received!.Document[name] : null;

    string? Shown(string name) => (string?)Person?.Person.Value(name);
}
