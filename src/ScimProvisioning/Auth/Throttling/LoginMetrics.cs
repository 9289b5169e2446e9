using System.Diagnostics.Metrics;

namespace ScimProvisioning.Auth.Throttling;

/// <summary>What an operator watches of logins: the meter <c>ScimProvisioning.Logins</c>.</summary>
sealed class LoginMetrics(IMeterFactory meters)
{
    readonly Counter<long> _failures = meters
        .Create("ScimProvisioning.Logins")
        .CreateCounter<long>(
            "scim.auth.failures",
            "{login}",
            "Failed logins at SCIM, /oauth2/token, the admin API and the portal, by the reasons of failed logins."
        );

    public void Failed(string reason) => _failures.Add(1, new KeyValuePair<string, object?>("reason", reason));
}
