using System.Text.Json;
using FluentValidation;
using FluentValidation.Results;

namespace ScimProvisioning.Api;

/// <summary>Checks the messages of a request before its endpoint runs.</summary>
static class Validation
{
    /// <summary>Registers every validator of this program.</summary>
    public static void AddValidators(this IServiceCollection services)
    {
        foreach (var found in AssemblyScanner.FindValidatorsInAssembly(typeof(Validation).Assembly, includeInternalTypes: true))
            services.AddSingleton(found.InterfaceType, found.ValidatorType);
    }

    /// <summary>Refuses an invalid message with a text for each wrong field.</summary>
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
                            if (call.Arguments[index] is not { } message)
                                continue;
                            await CheckAsync(validator!, message, call.HttpContext.RequestAborted);
                        }

                        return await next(call);
                    };
            }
        );
        return group;
    }

    /// <summary>The same for the message of a command.</summary>
    /// <exception cref="ProblemException">400 with a text for each wrong field.</exception>
    public static Task ValidateAsync<T>(this IServiceProvider services, T message, CancellationToken ct)
        where T : notnull => CheckAsync(services.GetRequiredService<IValidator<T>>(), message, ct);

    static async Task CheckAsync(IValidator validator, object message, CancellationToken ct)
    {
        var result = await validator.ValidateAsync(new ValidationContext<object>(message), ct);
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

    /// <summary>Short text without control characters. PostgreSQL could not store all of those.</summary>
    public static IRuleBuilderOptions<T, string?> IsPlainText<T>(this IRuleBuilder<T, string?> rule) =>
        rule.MaximumLength(200)
            .WithMessage("Must be at most 200 characters.")
            .Must(text => text is null || !text.Any(char.IsControl))
            .WithMessage("Must not contain control characters.");
}
