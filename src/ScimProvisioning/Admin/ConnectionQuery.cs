using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using ScimProvisioning.Storage;

namespace ScimProvisioning.Admin;

/// <summary>Which connections to list.</summary>
/// <param name="OrganizationId">Those of this organization.</param>
/// <param name="State">Those in this state.</param>
/// <param name="Provider">Those of this identity provider.</param>
sealed record ConnectionQuery(
    [FromQuery(Name = "organizationId")] Guid? OrganizationId, [FromQuery(Name = "state")] string? State, [FromQuery(Name = "provider")] string? Provider)
{
    public IQueryable<Connection> Of(IQueryable<Connection> connections)
    {
        if (OrganizationId is { } organization) connections = connections.Where(c => c.OrganizationId == organization);
        if (State is { } state) connections = connections.Where(c => c.State == state);
        if (Provider is { } given) connections = connections.Where(c => c.Provider == ConnectionRules.ProviderOf(given));
        return connections;
    }
}

/// <inheritdoc/>
sealed class ConnectionQueryValidator : AbstractValidator<ConnectionQuery>
{
    static readonly IReadOnlyList<string> States =
        [ConnectionState.Pending, ConnectionState.Active, ConnectionState.Paused, ConnectionState.Disabled, ConnectionState.Disconnected];

    public ConnectionQueryValidator()
    {
        RuleFor(query => query.State).Must(state => state is null || States.Contains(state)).WithMessage($"Must be one of: {string.Join(", ", States)}.");
        RuleFor(query => query.Provider).IsProvider();
    }
}
