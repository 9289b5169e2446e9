using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.WebUtilities;
using ScimProvisioning.Api;

namespace ScimProvisioning.Directory.Imports;

/// <summary>The routes by which the application's own users become people.</summary>
static class ImportEndpoints
{
    /// <summary>Bytes of a file that are kept in memory when it is read twice; the rest is on disk meanwhile.</summary>
    const int KeptBytes = 64 * 1024;

    public static void MapImports(this RouteGroupBuilder api)
    {
        var imports = api.MapConnectionGroup("/imports").WithTag("Imports", "The application's own users, as files of NDJSON or CSV.");
        imports
            .MapPost("", ImportAsync)
            .WithName("importUsers")
            .WithSummary("Import the application's users from a body of NDJSON (application/x-ndjson) or CSV (text/csv) of any length")
            .WithItsOwnTransactions()
            .WithMetadata(new RequestSizeLimitAttribute(FileRows.MostBytes), new TakesFile(Required: true))
            .Produces<ImportResponse>(StatusCodes.Status201Created)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
        imports
            .MapGet(
                "",
                async (Guid id, [AsParameters] PageRequest page, ImportUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.ListAsync(id, page, ct))
            )
            .WithName("listImports")
            .WithSummary("List the imports of a connection, the oldest first")
            .ProducesValidationProblem();
        imports
            .MapGet(
                "{importId:guid}",
                async (Guid id, Guid importId, ImportUseCases useCases, CancellationToken ct) =>
                    TypedResults.Ok(await useCases.GetAsync(id, importId, ct))
            )
            .WithName("getImport")
            .WithSummary("Read how far an import has come")
            .WithMetadata(new ParameterDescription("importId", "The id of the import."));
    }

    /// <param name="id">The id of the connection.</param>
    /// <param name="allOrNothing">true: import nothing unless every row can be read.</param>
    /// <param name="http">The request.</param>
    /// <param name="useCases">What imports.</param>
    static async Task<IResult> ImportAsync(
        Guid id,
        [FromQuery(Name = "allOrNothing")] bool? allOrNothing,
        HttpContext http,
        ImportUseCases useCases
    )
    {
        var format = FileRows.FormatOf(http.Request.ContentType);
        // Files that are read twice are kept on disk in between, and gone with the request.
        await using var kept = allOrNothing is true
            ? new FileBufferingReadStream(http.Request.Body, KeptBytes, FileRows.MostBytes, System.IO.Path.GetTempPath())
            : null;
        var import = await useCases.RunAsync(
            id,
            format,
            kept ?? http.Request.Body,
            allOrNothing is true,
            AdminCaller.Of(http),
            http.RequestAborted
        );
        return TypedResults.Created($"{ApiRoutes.OfConnection(id)}/imports/{import.Id}", import);
    }
}
