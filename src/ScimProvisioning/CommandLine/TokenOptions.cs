using System.CommandLine;
using ScimProvisioning.Admin.Credentials;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.CommandLine;

/// <summary>The options of a token that <c>token create</c> or <c>token rotate</c> makes.</summary>
sealed class TokenOptions
{
    readonly Option<string?> _label = new("--label") { Description = "What people call it" };
    readonly Option<int> _days = new("--expires-in-days")
    {
        Description = $"1 to {CreateTokenRequest.MaximumDays}",
        DefaultValueFactory = _ => new CreateTokenRequest().ExpiresInDays!.Value,
    };
    readonly Option<bool> _never = new("--never-expires") { Description = "Until it is revoked" };
    readonly Option<string[]> _scopes = new("--scope", "--scopes")
    {
        Description = $"{Token.ReadScope}, {Token.WriteScope} or both",
        AllowMultipleArgumentsPerToken = true,
    };

    public TokenOptions(Command command)
    {
        foreach (var option in (Option[])[_label, _days, _never, _scopes])
            command.Add(option);
        command.Validators.Add(given =>
        {
            if (given.GetValue(_never) && given.GetResult(_days) is { Implicit: false })
                given.AddError($"Give either {_days.Name} or {_never.Name}, not both.");
        });
    }

    public string? Label(ParseResult parsed) => parsed.GetValue(_label);

    public int? Days(ParseResult parsed) => parsed.GetValue(_never) ? null : parsed.GetValue(_days);

    public IReadOnlyList<string>? Scopes(ParseResult parsed) =>
        parsed.GetResult(_scopes) is { Implicit: false } ? parsed.GetValue(_scopes) : null;
}
