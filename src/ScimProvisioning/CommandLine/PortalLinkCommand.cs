using System.CommandLine;
using ScimProvisioning.Admin.PortalLinks;

namespace ScimProvisioning.CommandLine;

/// <summary><c>portal-link</c>.</summary>
static class PortalLinkCommand
{
    public static Command Build(CommandRun run)
    {
        var target = new Argument<Guid>("id") { Description = "The id of a connection or of an organization" };
        var minutes = new Option<int>("--expires-in-minutes")
        {
            Description = "How long the link can be opened",
            DefaultValueFactory = _ => CreatePortalLinkRequest.StandardMinutes,
        };
        var readOnly = new Option<bool>("--read-only") { Description = "Nothing can be changed by it" };
        var many = new Option<bool>("--many") { Description = "It can be used more than once, for 7 days at most" };
        var command = new Command("portal-link", "Makes a link by which a customer opens the portal; it is shown this once.")
        {
            target,
            minutes,
            readOnly,
            many,
        };
        command.SetAction(
            (parsed, ct) =>
            {
                var request = new CreatePortalLinkRequest(
                    null,
                    ExpiresInMinutes: parsed.GetValue(minutes),
                    ReadOnly: parsed.GetValue(readOnly),
                    Uses: parsed.GetValue(many) ? CreatePortalLinkRequest.Many : null
                );
                return run.ChangeAsync(
                    request,
                    (PortalLinkUseCases links) => links.CreateForAsync(parsed.GetRequiredValue(target), request, ct),
                    ct
                );
            }
        );
        return command;
    }
}
