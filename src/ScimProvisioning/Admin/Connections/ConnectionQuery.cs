using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Admin.Connections;

/// <summary>Which connections to list.</summary>
/// <param name="State">Those in this state.</param>
/// <param name="Provider">Those of this identity provider.</param>
sealed record ConnectionQuery([FromQuery(Name = "state")] string? State, [FromQuery(Name = "provider")] string? Provider)
{
    public IQueryable<Connection> Of(IQueryable<Connection> connections)
    {
        var provider = Provider is null ? null : ConnectionRules.ProviderOf(Provider);
        return connections.Where(c => (State == null || c.State == State) && (provider == null || c.Provider == provider));
    }
}

/// <inheritdoc/>
sealed class ConnectionQueryValidator : AbstractValidator<ConnectionQuery>
{
    static readonly IReadOnlyList<string> States =
    [
        ConnectionState.Pending,
        ConnectionState.Active,
        ConnectionState.Paused,
        ConnectionState.Disabled,
        ConnectionState.Disconnected,
    ];

    public ConnectionQueryValidator()
    {
        RuleFor(query => query.State)
            .Must(state => state is null || States.Contains(state))
            .WithMessage($"Must be one of: {string.Join(", ", States)}.");
        RuleFor(query => query.Provider).IsProvider();
    }
}
