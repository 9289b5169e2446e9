using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Directory.Imports;

/// <summary>An import of the people that the application had before.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">
/// running, completed, or failed: the file could not be read to its end, a row was wrong and all or nothing was asked for, or the server
/// was stopped.
/// </param>
/// <param name="RowsRead">Rows that were read so far.</param>
/// <param name="Created">People who are new.</param>
/// <param name="Updated">People who were there and have changed.</param>
/// <param name="Failed">Rows that could not be imported.</param>
/// <param name="Errors">What is wrong with them: the first hundred.</param>
/// <param name="CreatedAt">When it began.</param>
/// <param name="FinishedAt">When it ended; null: it still runs.</param>
sealed record ImportResponse(
    Guid Id,
    string State,
    long RowsRead,
    long Created,
    long Updated,
    long Failed,
    IReadOnlyList<ImportErrorResponse> Errors,
    DateTime CreatedAt,
    DateTime? FinishedAt
)
{
    public static ImportResponse Of(ImportRow row) =>
        new(
            row.Id,
            row.State,
            row.RowsRead,
            row.Created,
            row.Updated,
            row.Failed,
            [.. row.Errors.Select(error => new ImportErrorResponse(error.Line, error.Field, error.Message))],
            row.CreatedAt.UtcDateTime,
            row.FinishedAt?.UtcDateTime
        );
}

/// <summary>What is wrong with a row of an import.</summary>
/// <param name="Line">The line where the row begins, from 1 on.</param>
/// <param name="Field">The field; null: the row as a whole.</param>
/// <param name="Message">What must be there instead.</param>
sealed record ImportErrorResponse(long Line, string? Field, string Message);
