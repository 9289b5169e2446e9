using System.Net.Mime;
using System.Text;
using ScimProvisioning.Api;
using ScimProvisioning.Support.Instructions;

namespace ScimProvisioning.Portal;

/// <summary>The page of instructions as a file, in the language of whoever looks.</summary>
static class InstructionDownload
{
    /// <summary>Below a connection.</summary>
    public const string Page = "/instructions.md";

    public static void MapInstructionDownload(this WebApplication app) =>
        app.MapGet($"{PortalGate.Root}/connections/{{{PortalGate.Connection}:guid}}{Page}", SendAsync).ExcludeFromDescription();

    static async Task<IResult> SendAsync(Guid connection, HttpContext http, AdminTransaction transaction, InstructionUseCases instructions)
    {
        var (admin, ct) = (http.Features.Get<PortalSession>()!.Admin, http.RequestAborted);
        var query = new InstructionQuery { Language = Texts.Of(http).Language };
        var sheet = await transaction.ReadAsync(admin, () => instructions.GetAsync(connection, query, ct), ct);
        return TypedResults.File(
            Encoding.UTF8.GetBytes(sheet.ToMarkdown()),
            $"{MediaTypeNames.Text.Markdown}; charset=utf-8",
            "instructions.md"
        );
    }
}
