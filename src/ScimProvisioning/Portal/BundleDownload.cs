using Microsoft.AspNetCore.Antiforgery;
using ScimProvisioning.Api;
using ScimProvisioning.Support.Bundles;

namespace ScimProvisioning.Portal;

/// <summary>The file of the page about support. It changes nothing, so links that may only look get it too.</summary>
static class BundleDownload
{
    public static void MapBundleDownload(this WebApplication app) =>
        app.MapPost($"{PortalGate.Root}/connections/{{{PortalGate.Connection}:guid}}/support/bundle", SendAsync).ExcludeFromDescription();

    static async Task<IResult> SendAsync(
        Guid connection,
        HttpContext http,
        IAntiforgery antiforgery,
        AdminTransaction transaction,
        SupportBundle bundle
    )
    {
        if (!await antiforgery.IsRequestValidAsync(http))
            return TypedResults.StatusCode(StatusCodes.Status400BadRequest);
        var (admin, isRedacted) = (http.Features.Get<PortalSession>()!.Admin, http.Request.Form["redact"] != "false");
        var zip = await transaction.ReadAsync(
            admin,
            () => bundle.MakeAsync(connection, isRedacted, admin.OrganizationId is null, http.RequestAborted),
            http.RequestAborted
        );
        return TypedResults.File(zip, "application/zip", bundle.FileName(connection));
    }
}
