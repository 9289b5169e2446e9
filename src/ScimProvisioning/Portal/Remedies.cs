namespace ScimProvisioning.Portal;

/// <summary>Where a statement of the API leads: the page on which it is seen or mended.</summary>
static class Remedies
{
    static readonly (string Page, string Text) Setup = ("/setup", "nav.setup");
    static readonly (string Page, string Text) Enable = ($"/setup?step={SetupProgress.Enable}", "setup.step.enable");
    static readonly (string Page, string Text) Mapping = ("/mapping", "nav.mapping");
    static readonly (string Page, string Text) Scope = ("/scope", "nav.scope");
    static readonly (string Page, string Text) Resume = ("/settings", "settings.do.resume");
    static readonly (string Page, string Text) Unlock = ("/settings", "settings.do.enable");
    static readonly (string Page, string Text) Settings = ("/settings", "nav.settings");
    static readonly (string Page, string Text) Guard = ("/settings", "guard.title");
    static readonly (string Page, string Text) Tokens = ("/tokens", "nav.tokens");
    static readonly (string Page, string Text) NewToken = ($"/setup?step={SetupProgress.Credentials}", "setup.make-token");
    static readonly (string Page, string Text) Logins = ("/activity/logins", "activity.logins");
    static readonly (string Page, string Text) Errors = ("/activity/requests?kind=errors", "remedy.errors");
    static readonly (string Page, string Text) ErrorsOfToday = ("/activity/requests?kind=errors&hours=24", "remedy.errors");
    static readonly (string Page, string Text) Held = ("/users?status=held", "remedy.held");
    static readonly (string Page, string Text) Reconnect = ("/disconnect", "disconnect.reconnect");
    static readonly (string Page, string Text) Health = ("", "nav.overview");

    /// <param name="mayChange">Whether who reads it may do what is done only on that page.</param>
    /// <returns>The page of the connection and the text of the link; <c>null</c>: none.</returns>
    public static (string Page, string Text)? Of(Statement statement, bool mayChange) =>
        statement.Code switch
        {
            "health.guard" or "why.do.approve" => Guard,
            "health.login" => Logins,
            "health.failing" or "health.failed.look" or "health.failed" => ErrorsOfToday,
            (
                "health.no-token"
                or "login.missing"
                or "login.unknown"
                or "login.admin_key"
                or "login.expired"
                or "login.revoked"
                or "login.wrong_connection"
            ) when mayChange => NewToken,
            "health.paused" when mayChange => Resume,
            "health.disabled" or "login.disabled" when mayChange => Unlock,
            "health.expired" or "health.expired.replaced" or "health.expires" or "health.expires.replaced" or "health.no-token" => Tokens,
            "health.held" => Held,
            "health.pending" or "why.do.enable" => Enable,
            "health.never" or "health.old-contact" or "why.do.set-up" => Setup,
            // A login of the past: the connection may be connected again, and then the page that reconnects it disconnects it.
            "why.do.resume" or "why.do.paused" or "why.do.disabled" or "login.disconnected" => Settings,
            "health.disconnected" or "why.do.reconnect" when mayChange => Reconnect,
            "why.do.widen" or "why.do.no-group" => Scope,
            "why.do.fill-in" or "why.do.correct" or "why.do.send-uid" or "why.do.same-uid" => Mapping,
            "why.do.may-write" => Errors,
            "why.do.wait" => Health,
            _ => null,
        };
}
