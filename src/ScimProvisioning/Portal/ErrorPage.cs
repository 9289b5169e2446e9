using System.Net;

namespace ScimProvisioning.Portal;

/// <summary>The page for what no page of the portal has answered: an address that does not exist, an error, an outage.</summary>
sealed class ErrorPage : IProblemDetailsWriter
{
    /// <inheritdoc/>
    public bool CanWrite(ProblemDetailsContext context) => PortalGate.IsPortal(context.HttpContext);

    /// <inheritdoc/>
    public async ValueTask WriteAsync(ProblemDetailsContext context)
    {
        var http = context.HttpContext;
        var (texts, status) = (Texts.Of(http), http.Response.StatusCode);
        var text = status switch
        {
            StatusCodes.Status400BadRequest => texts["error.form"],
            StatusCodes.Status404NotFound => texts["error.missing"],
            StatusCodes.Status503ServiceUnavailable => texts["error.outage"],
            _ => texts["error.other", http.TraceIdentifier],
        };
        http.Response.ContentType = "text/html; charset=utf-8";
        await http.Response.WriteAsync(
            $"""
            <!DOCTYPE html>
            <html lang="{texts.Language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{WebUtility.HtmlEncode(texts["error.title"])}</title>
            <link rel="stylesheet" href="{PortalPaths.BaseOf(http)}{PortalAssets.AddressOf("pico.css")}">
            <link rel="stylesheet" href="{PortalPaths.BaseOf(http)}{PortalAssets.AddressOf("portal.css")}"></head>
            <body><main class="container narrow"><h1>{WebUtility.HtmlEncode(texts["error.title"])}</h1>
            <p>{WebUtility.HtmlEncode(text)}</p>
            <p><a href="{PortalPaths.BaseOf(http)}{PortalGate.Root}/connections">{WebUtility.HtmlEncode(texts["error.back"])}</a></p>
            </main></body></html>
            """
        );
    }
}
