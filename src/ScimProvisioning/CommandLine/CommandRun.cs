using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using ScimProvisioning.Admin;
using ScimProvisioning.Api;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Storage;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.CommandLine;

/// <summary>Runs a command as the admin API runs a request, without the HTTP: the same services, validators, handlers and transaction.</summary>
/// <param name="prepare">Prepares configuration and database, until the answer is disposed of.</param>
sealed class CommandRun(Func<WebApplicationBuilder, CancellationToken, Task<IAsyncDisposable?>> prepare)
{
    public const int Good = 0;
    public const int Refused = 1;
    public const int WrongUse = 2;

    static readonly CurrentAdmin Operator = new($"cli:{Environment.UserName}", null, CanWrite: true, null);

    public Task<int> ReadAsync<T>(Func<OperatorServices, Task<T>> read, CancellationToken ct)
        where T : IValueHttpResult => InScopeAsync(async it => (await it.Work.ReadAsync(Operator, () => read(it), ct)).Value, ct);

    public Task<int> ChangeAsync<T>(Func<OperatorServices, Task<T>> change, CancellationToken ct)
        where T : IValueHttpResult =>
        InScopeAsync(
            async it =>
            {
                var requestId = Guid.CreateVersion7(it.Work.Now).ToString();
                return (await it.Work.ChangeAsync(Operator, requestId, null, () => change(it), ct)).Value;
            },
            ct
        );

    Task<int> InScopeAsync(Func<OperatorServices, Task<object?>> command, CancellationToken ct) =>
        RunAsync(
            async services =>
            {
                await DatabaseMigrator.RequireCurrentAsync(services, ct);
                await using var scope = services.CreateAsyncScope();
                return await command(ActivatorUtilities.CreateInstance<OperatorServices>(scope.ServiceProvider));
            },
            ct
        );

    /// <summary>Prints what comes back as the admin API would answer it. What keeps it from coming back becomes sentences on standard error.</summary>
    public async Task<int> RunAsync(Func<IServiceProvider, Task<object?>> command, CancellationToken ct)
    {
        try
        {
            var builder = WebApplication.CreateBuilder();
            await using var ground = await prepare(builder, ct);
            builder.Services.TryAddSingleton(TimeProvider.System);
            builder.Services.AddStorage(builder.Configuration).AddAuth(builder.Configuration).AddAdmin();
            builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.WriteIndented = true);
            await using var app = builder.Build();
            Print(await command(app.Services), app.Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions);
            return Good;
        }
        catch (ProblemException problem) when (problem.Errors is { } errors)
        {
            return Refuse(
                WrongUse,
                errors.Select(field => $"--{JsonNamingPolicy.KebabCaseLower.ConvertName(field.Key)}: {string.Join(' ', field.Value)}")
            );
        }
        catch (Exception e) when (e is ProblemException or StartupException)
        {
            return Refuse(Refused, [e.Message]);
        }
        catch (Exception e) when (PostgresPool.IsUnavailable(e))
        {
            return Refuse(Refused, [$"PostgreSQL cannot be reached: {e.GetBaseException().Message}"]);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return Refuse(Refused, ["Interrupted."]);
        }
    }

    static void Print(object? answer, JsonSerializerOptions options) => Console.Out.WriteLine(JsonSerializer.Serialize(answer, options));

    static int Refuse(int code, IEnumerable<string> sentences)
    {
        foreach (var sentence in sentences)
            Console.Error.WriteLine(sentence);
        return code;
    }
}
