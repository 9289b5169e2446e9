using System.Runtime.InteropServices;
using ScimProvisioning.Activity;
using ScimProvisioning.Auth;
using ScimProvisioning.Events.Webhooks;

namespace ScimProvisioning.Support.Bundles;

/// <summary>The settings of the server that are no secrets, as they are in force.</summary>
sealed class BundledSettings(
    PublicUrl url,
    Retention retention,
    ActivityOptions activity,
    WebhookOptions webhooks,
    MetricsOptions metrics,
    OutgoingRequests outgoing
)
{
    public object Read() =>
        new
        {
            PublicUrl = url.Root,
            Retention = retention,
            Activity = activity,
            Webhooks = webhooks,
            Metrics = metrics,
            outgoing.AllowedNetworks,
            Framework = RuntimeInformation.FrameworkDescription,
            System = RuntimeInformation.OSDescription,
            Processors = Environment.ProcessorCount,
        };
}
