using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace ScimProvisioning.Portal;

/// <summary>What parts of a page know: the request, the texts in its language, and who looks.</summary>
// Public, because what the Razor compiler makes is.
public abstract class PortalPart : ComponentBase
{
    [CascadingParameter]
    private protected HttpContext Http { get; set; } = null!;

    private protected Texts T => field ??= Texts.Of(Http);

    /// <summary><c>null</c> on the pages that need no session.</summary>
    private protected PortalSession? Session => Http.Features.Get<PortalSession>();

    /// <summary>Whether buttons that change something are shown.</summary>
    private protected bool MayChange => Session?.Admin.CanWrite is true;

    private protected PortalOptions Options => Http.RequestServices.GetRequiredService<PortalOptions>();

    private protected DateTimeOffset Now => Http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();

    /// <summary>Whether this is the page that is shown.</summary>
    private protected bool IsShown(string address) => PortalPaths.BaseOf(Http) + Http.Request.Path == address;

    /// <summary>A time as queries and the browser read it.</summary>
    private protected static string Iso(DateTime utc) => utc.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>The address of a page, such as <c>/connections</c>.</summary>
    private protected string Href(string page) => $"{PortalPaths.BaseOf(Http)}{PortalGate.Root}{page}";
}
