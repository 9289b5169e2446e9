namespace ScimCompliance.Checks;

/// <summary>How serious a failed check is. Only musts decide the exit code.</summary>
enum Severity
{
    /// <summary>The RFC says MUST or SHALL, or Entra does not work without it.</summary>
    Must,

    /// <summary>The RFC says SHOULD, or an admin will notice.</summary>
    Should,

    /// <summary>An improvement.</summary>
    Advice,
}

/// <summary>The standard or client whose rule a check verifies.</summary>
[Flags]
enum Profiles
{
    Rfc = 1,
    Entra = 2,
    Okta = 4,
    All = Rfc | Entra | Okta,
}

/// <summary>Features that a check needs. A check is not applicable to a server that does not announce them.</summary>
[Flags]
enum Needs
{
    Nothing = 0,
    Groups = 1 << 0,
    EnterpriseUser = 1 << 1,
    Patch = 1 << 2,
    Filter = 1 << 3,
    Sort = 1 << 4,
    ETag = 1 << 5,
    Bulk = 1 << 6,
    CursorPaging = 1 << 7,
    ChangePassword = 1 << 8,
    IndexPaging = 1 << 9,
}

/// <summary>One rule, and the requests that show whether a server follows it.</summary>
sealed record Check
{
    /// <summary>Dotted, lower case, stable: <c>users.create.duplicate</c>. Used in tests, in reports and with <c>--only</c>.</summary>
    public required string Id { get; init; }

    /// <summary>What a good server does, as a sentence without a full stop.</summary>
    public required string Title { get; init; }

    /// <summary>The RFC section, or the source of a fact about a client.</summary>
    public required string Rule { get; init; }

    public required Severity Severity { get; init; }

    public required Profiles Profiles { get; init; }

    public Needs Needs { get; init; }

    /// <summary>
    /// Attributes that <c>/Schemas</c> must list (when it can be read), or the check is not applicable: <c>User:nickName</c>,
    /// <c>Group:externalId</c>, <c>EnterpriseUser:manager</c>.
    /// </summary>
    public string[] Attributes { get; init; } = [];

    /// <summary>
    /// Repeats a whole test of a client, request by request. When it fails, a check of a single rule fails too and says more.
    /// </summary>
    public bool IsFlow { get; init; }

    /// <summary>Why it matters, for an admin or developer who does not know the RFC: what goes wrong for them.</summary>
    public required string Why { get; init; }

    /// <summary>What to change in the server.</summary>
    public required string Change { get; init; }

    /// <summary>Sends the requests; throws <see cref="Http.CheckFailed"/> when an expectation does not hold.</summary>
    public required Func<CheckRun, Task> Steps { get; init; }

    /// <summary>The first word of the id: the family the catalogue lists the check under.</summary>
    public string Family => Id[..Id.IndexOf('.', StringComparison.Ordinal)];
}
