using ScimProvisioning.Api;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Auth.Throttling;

namespace ScimProvisioning.Support.Bundles;

/// <summary>The routes of support bundles and of links to them.</summary>
static class BundleEndpoints
{
    const string Zip = "application/zip";
    const string Tag = "Support";

    public static void MapBundles(this RouteGroupBuilder api)
    {
        api.MapConnectionGroup("/support-bundle")
            .WithTags(Tag)
            .MapPost(
                "",
                async (Guid id, SupportBundleRequest? request, HttpContext http, SupportBundle bundle, CancellationToken ct) =>
                    TypedResults.File(
                        await bundle.MakeAsync(id, request?.Redact ?? false, CurrentAdmin.Of(http).OrganizationId is null, ct),
                        Zip,
                        bundle.FileName(id)
                    )
            )
            .WithName("makeSupportBundle")
            .WithSummary("Make a ZIP of what a support person needs, without secrets, and without names if asked for")
            .ThatChangesNothing()
            .Produces(StatusCodes.Status200OK, contentType: Zip);
        var links = api.MapConnectionGroup("/share-links").WithTags(Tag).WithParameter("linkId", "The id of the link.");
        links
            .MapPost(
                "",
                async (Guid id, CreateShareLinkRequest request, ShareLinkUseCases useCases, CancellationToken ct) =>
                {
                    var made = await useCases.CreateAsync(id, request, ct);
                    return TypedResults.Created($"{ApiRoutes.OfConnection(id)}/share-links/{made.Link.Id}", made);
                }
            )
            .WithName("createShareLink")
            .WithSummary("Make a link by which somebody reads a support bundle without a login, for a time")
            .ProducesValidationProblem();
        links
            .MapGet(
                "",
                async (Guid id, [AsParameters] PageRequest page, ShareLinkUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.ListAsync(id, page, ct))
            )
            .WithName("listShareLinks")
            .WithSummary("List the links of a connection, without their secrets")
            .ProducesValidationProblem();
        links
            .MapDelete(
                "{linkId:guid}",
                async (Guid id, Guid linkId, ShareLinkUseCases useCases, CancellationToken ct) =>
                {
                    await useCases.RevokeAsync(id, linkId, ct);
                    return TypedResults.NoContent();
                }
            )
            .WithName("revokeShareLink")
            .WithSummary("Revoke a link: from now on it is answered 404");
    }

    /// <summary>Maps the links themselves, which need no login.</summary>
    public static void MapSharedBundles(this WebApplication app) =>
        app.MapGet(ShareLinkUseCases.Path + "/{secret}", OpenAsync).AllowAnonymous().ExcludeFromDescription();

    static async Task<IResult> OpenAsync(string secret, HttpContext http, ShareLinkUseCases links)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        http.Response.Headers["X-Robots-Tag"] = "noindex";
        var (file, isThrottled) = await links.OpenAsync(http, secret);
        if (isThrottled)
        {
            LoginThrottle.TellToWait(http);
            return TypedResults.StatusCode(StatusCodes.Status429TooManyRequests);
        }
        return file is var (zip, name)
            ? TypedResults.File(zip, Zip, name)
            : throw ProblemException.NotFound("There is no such link, or its time has passed: ask for a new one.");
    }
}
