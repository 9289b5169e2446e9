using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using ScimProvisioning.Api;
using ScimProvisioning.Storage.ControlPlane;

namespace ScimProvisioning.Admin.Connections;

/// <summary>A change of the state of a connection.</summary>
/// <param name="Reason">Why, up to 200 characters. The connection shows it until its state changes again.</param>
sealed record ChangeStateRequest(string? Reason);

/// <inheritdoc/>
sealed class ChangeStateValidator : AbstractValidator<ChangeStateRequest>
{
    public ChangeStateValidator() => RuleFor(request => request.Reason).IsShortText();
}

/// <summary>What happens to the users and groups of a deleted connection.</summary>
sealed record DeleteConnectionQuery
{
    /// <summary>
    /// keep (the default): users and groups stay as they are; deactivate: users become inactive; remove: everything is deleted.
    /// </summary>
    [FromQuery(Name = "users")]
    public string? Users { get; init; }
}

/// <inheritdoc/>
sealed class DeleteConnectionValidator : AbstractValidator<DeleteConnectionQuery>
{
    public DeleteConnectionValidator() =>
        RuleFor(query => query.Users)
            .Must(users => users is null or UsersOfDeleted.Keep or UsersOfDeleted.Deactivate or UsersOfDeleted.Remove)
            .WithMessage("Must be keep, deactivate or remove.");
}
