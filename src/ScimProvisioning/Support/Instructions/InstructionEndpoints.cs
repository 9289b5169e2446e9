using System.Net.Mime;
using System.Text;
using ScimProvisioning.Api;

namespace ScimProvisioning.Support.Instructions;

/// <summary>The route of the sheet of instructions.</summary>
static class InstructionEndpoints
{
    public static void MapInstructions(this RouteGroupBuilder api) =>
        api.MapConnectionGroup("/instructions")
            .WithTags("Support")
            .MapGet(
                "",
                async (Guid id, [AsParameters] InstructionQuery query, InstructionUseCases instructions, CancellationToken ct) =>
                    TypedResults.Text(
                        (await instructions.GetAsync(id, query, ct)).ToMarkdown(),
                        MediaTypeNames.Text.Markdown,
                        Encoding.UTF8
                    )
            )
            .WithName("getInstructions")
            .WithSummary("Read what the administrator of the identity provider has to do, without a token")
            .Produces(StatusCodes.Status200OK, contentType: MediaTypeNames.Text.Markdown)
            .ProducesValidationProblem();
}
