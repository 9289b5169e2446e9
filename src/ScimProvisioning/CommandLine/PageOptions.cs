using System.CommandLine;
using ScimProvisioning.Api;

namespace ScimProvisioning.CommandLine;

/// <summary>The options of every <c>list</c>.</summary>
sealed class PageOptions
{
    readonly Option<int?> _limit = new("--limit")
    {
        Description = $"At most so many entries, 1 to {PageRequest.MaximumLimit} [default: {PageRequest.DefaultLimit}]",
    };
    readonly Option<Guid?> _after = new("--after") { Description = "The value of 'next' in the page before" };

    public PageOptions(Command command)
    {
        command.Add(_limit);
        command.Add(_after);
    }

    public PageRequest Of(ParseResult parsed) => new() { Limit = parsed.GetValue(_limit), After = parsed.GetValue(_after) };
}
