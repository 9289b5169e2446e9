using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using ScimProvisioning.Admin.Connections;
using ScimProvisioning.Api;

namespace ScimProvisioning.Support.Instructions;

/// <summary>How a sheet of instructions is written.</summary>
sealed record InstructionQuery
{
    /// <summary>md, which is the default: Markdown.</summary>
    [FromQuery(Name = "format")]
    public string? Format { get; init; }

    /// <summary>en (the default) or de.</summary>
    [FromQuery(Name = "lang")]
    public string? Language { get; init; }
}

/// <inheritdoc/>
sealed class InstructionQueryValidator : AbstractValidator<InstructionQuery>
{
    public InstructionQueryValidator()
    {
        RuleFor(query => query.Format).Must(format => format is null or "md").WithMessage("Must be md.").OverridePropertyName("format");
        RuleFor(query => query.Language)
            .Must(language => language is null || InstructionSheet.Languages.Contains(language))
            .WithMessage($"Must be one of: {string.Join(", ", InstructionSheet.Languages)}.")
            .OverridePropertyName("lang");
    }
}

/// <summary>Writes what the administrator of an identity provider has to do for a connection.</summary>
sealed class InstructionUseCases(ConnectionUseCases connections, PortalOptions portal)
{
    /// <exception cref="ProblemException">404.</exception>
    public async Task<InstructionSheet> GetAsync(Guid id, InstructionQuery query, CancellationToken ct)
    {
        var connection = await connections.GetAsync(id, ct);
        return InstructionSheet.For(
            query.Language ?? InstructionSheet.Languages[0],
            connection.Provider,
            portal.ProductName,
            connection.TenantUrl
        );
    }
}
