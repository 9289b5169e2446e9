using System.Text.Json;
using FluentValidation;
using FluentValidation.Results;

namespace ScimProvisioning.Api;

/// <summary>Checks the request records of an endpoint before it runs.</summary>
static class Validation
{
    /// <summary>Registers every validator of this program.</summary>
    public static void AddValidators(this IServiceCollection services)
    {
        foreach (var found in AssemblyScanner.FindValidatorsInAssembly(typeof(Validation).Assembly, includeInternalTypes: true))
            services.AddSingleton(found.InterfaceType, found.ValidatorType);
    }

    /// <summary>Refuses an invalid request record with a text for each wrong field.</summary>
    public static RouteGroupBuilder WithValidation(this RouteGroupBuilder group)
    {
        group.AddEndpointFilterFactory(
            (endpoint, next) =>
            {
                var checks = endpoint
                    .MethodInfo.GetParameters()
                    .Select(
                        (parameter, index) =>
                            (
                                Index: index,
                                Validator: (IValidator?)
                                    endpoint.ApplicationServices.GetService(typeof(IValidator<>).MakeGenericType(parameter.ParameterType))
                            )
                    )
                    .Where(check => check.Validator is not null)
                    .ToArray();
                return checks is []
                    ? next
                    : async call =>
                    {
                        foreach (var (index, validator) in checks)
                        {
                            // An optional body may be absent.
                            if (call.Arguments[index] is not { } record)
                                continue;
                            await CheckAsync(validator!, record, call.HttpContext.RequestAborted);
                        }

                        return await next(call);
                    };
            }
        );
        return group;
    }

    /// <summary>Validates the request record of an operator's command.</summary>
    /// <exception cref="ProblemException">400 with a text for each wrong field.</exception>
    public static Task ValidateAsync<T>(this IServiceProvider services, T record, CancellationToken ct)
        where T : notnull => CheckAsync(services.GetRequiredService<IValidator<T>>(), record, ct);

    static async Task CheckAsync(IValidator validator, object record, CancellationToken ct)
    {
        var result = await validator.ValidateAsync(new ValidationContext<object>(record), ct);
        if (!result.IsValid)
            throw ProblemException.Invalid(ByField(result.Errors));
    }

    static Dictionary<string, string[]> ByField(List<ValidationFailure> failures) =>
        failures
            .GroupBy(
                failure => string.Join('.', failure.PropertyName.Split('.').Select(JsonNamingPolicy.CamelCase.ConvertName)),
                failure => failure.ErrorMessage
            )
            .ToDictionary(field => field.Key, field => field.ToArray());

    /// <summary>At most 200 characters, none of them a control character: PostgreSQL cannot store U+0000 in text.</summary>
    public static IRuleBuilderOptions<T, string?> IsShortText<T>(this IRuleBuilder<T, string?> rule) =>
        rule.MaximumLength(200)
            .WithMessage("Must be at most 200 characters.")
            .Must(text => text is null || !text.Any(char.IsControl))
            .WithMessage("Must not contain control characters.");
}
