namespace ScimProvisioning;

/// <summary>
/// The configuration section "Retention": how long is kept what nobody needs for ever. The daily job deletes what is older.
/// </summary>
sealed record Retention
{
    const string Section = "Retention";

    /// <summary>Days that deleted users, groups and other resources are kept as tombstones; 0: for ever.</summary>
    public int DeletedResourceDays { get; init; } = 365;

    /// <summary>
    /// Days that people are kept whom the application knows as deleted; then they are erased everywhere. 0: for ever.
    /// </summary>
    public int DeletedPersonDays { get; init; }

    /// <summary>Days that entries of the change log are kept; 0: for ever.</summary>
    public int ChangeLogDays { get; init; } = 395;

    /// <summary>Days that events of the feed are kept, in whole months; 0: for ever.</summary>
    public int EventDays { get; init; } = 90;

    /// <summary>Days that attempts to deliver events to webhooks are kept, in whole months; 0: for ever.</summary>
    public int WebhookAttemptDays { get; init; } = 30;

    /// <summary>Days that the log of SCIM requests is kept, in whole months; 0: for ever.</summary>
    public int RequestDays { get; init; } = 30;

    /// <summary>Days that the log of SCIM requests has names, texts and bodies; 0: as long as the request.</summary>
    public int RequestDetailDays { get; init; } = 7;

    /// <summary>Days that runs of the identity provider are kept; 0: for ever.</summary>
    public int RunDays { get; init; } = 395;

    /// <summary>Days that reconciliations and what they have found are kept; 0: for ever.</summary>
    public int ReconciliationDays { get; init; } = 30;

    /// <summary>Days that entries of the audit log are kept; 0: for ever.</summary>
    public int AuditLogDays { get; init; } = 730;

    /// <summary>Days that failed logins are kept, of each connection the last 100; 0: for ever.</summary>
    public int FailedLoginDays { get; init; } = 30;

    /// <summary>Hours within which a request with the same Idempotency-Key gets the answer of the first.</summary>
    public int IdempotencyKeyHours { get; init; } = 24;

    /// <exception cref="StartupException">A value is no number, or too low.</exception>
    public static Retention Read(IConfiguration configuration)
    {
        var standard = new Retention();
        return new()
        {
            DeletedResourceDays = Read(configuration, nameof(DeletedResourceDays), standard.DeletedResourceDays, least: 0),
            DeletedPersonDays = Read(configuration, nameof(DeletedPersonDays), standard.DeletedPersonDays, least: 0),
            ChangeLogDays = Read(configuration, nameof(ChangeLogDays), standard.ChangeLogDays, least: 0),
            EventDays = Read(configuration, nameof(EventDays), standard.EventDays, least: 0),
            WebhookAttemptDays = Read(configuration, nameof(WebhookAttemptDays), standard.WebhookAttemptDays, least: 0),
            RequestDays = Read(configuration, nameof(RequestDays), standard.RequestDays, least: 0),
            RequestDetailDays = Read(configuration, nameof(RequestDetailDays), standard.RequestDetailDays, least: 0),
            RunDays = Read(configuration, nameof(RunDays), standard.RunDays, least: 0),
            ReconciliationDays = Read(configuration, nameof(ReconciliationDays), standard.ReconciliationDays, least: 0),
            AuditLogDays = Read(configuration, nameof(AuditLogDays), standard.AuditLogDays, least: 0),
            FailedLoginDays = Read(configuration, nameof(FailedLoginDays), standard.FailedLoginDays, least: 0),
            IdempotencyKeyHours = Read(configuration, nameof(IdempotencyKeyHours), standard.IdempotencyKeyHours, least: 1),
        };
    }

    /// <summary>What is older than this moment is deleted; <c>null</c>: nothing is.</summary>
    public static DateTimeOffset? Before(DateTimeOffset now, int days) => days == 0 ? null : now.AddDays(-days);

    // A hundred years at most: more would leave the calendar of .NET.
    static int Read(IConfiguration configuration, string name, int otherwise, int least) =>
        WholeNumberSetting.Read(configuration, Section, name, otherwise, least, most: 36_500);
}
