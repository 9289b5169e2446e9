using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;
using ScimProvisioning.Activity;
using ScimProvisioning.Admin;
using ScimProvisioning.Api;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Directory;
using ScimProvisioning.Events;
using ScimProvisioning.Storage;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Support;

namespace ScimProvisioning.CommandLine;

/// <summary>
/// Runs a command: the same use case that the admin API would call, with the same validation and in the same kind of transaction. It prints
/// the message that the use case returns.
/// </summary>
/// <param name="prepare">Prepares configuration and database. What it returns is disposed of when the command is done.</param>
sealed class CommandRun(Func<WebApplicationBuilder, CancellationToken, Task<IAsyncDisposable?>> prepare)
{
    public const int Good = 0;
    public const int Refused = 1;
    public const int WrongUse = 2;

    static readonly CurrentAdmin Operator = new($"cli:{Environment.UserName}", null, CanWrite: true, null);

    /// <summary>Runs a use case that changes nothing.</summary>
    /// <param name="page">The part of the list that is asked for, when that is not the request itself.</param>
    public Task<int> ReadAsync<TUseCases, TRequest, TResponse>(
        TRequest request,
        Func<TUseCases, Task<TResponse>> read,
        CancellationToken ct,
        PageRequest? page = null
    )
        where TUseCases : notnull
        where TRequest : notnull =>
        InScopeAsync(
            async services =>
            {
                await services.ValidateAsync(request, ct);
                if (page is not null)
                    await services.ValidateAsync(page, ct);
                var useCases = services.GetRequiredService<TUseCases>();
                return await services.GetRequiredService<AdminTransaction>().ReadAsync(Operator, () => read(useCases), ct);
            },
            ct
        );

    /// <summary>Runs a use case that changes something.</summary>
    public Task<int> ChangeAsync<TUseCases, TRequest, TResponse>(
        TRequest request,
        Func<TUseCases, Task<TResponse>> change,
        CancellationToken ct
    )
        where TUseCases : notnull
        where TRequest : notnull =>
        InScopeAsync(
            async services =>
            {
                await services.ValidateAsync(request, ct);
                return await ChangeAsync(services, change, ct);
            },
            ct
        );

    /// <summary>The same for a use case without a request message.</summary>
    public Task<int> ChangeAsync<TUseCases, TResponse>(Func<TUseCases, Task<TResponse>> change, CancellationToken ct)
        where TUseCases : notnull => InScopeAsync(services => ChangeAsync(services, change, ct), ct);

    /// <summary>Runs a use case that begins and commits its own transactions. It gets who calls it.</summary>
    public Task<int> WorkAsync<TUseCases, TResponse>(Func<TUseCases, AdminCaller, Task<TResponse>> work, CancellationToken ct)
        where TUseCases : notnull =>
        InScopeAsync(
            async services =>
            {
                var requestId = Guid.CreateVersion7(services.GetRequiredService<TimeProvider>().GetUtcNow()).ToString();
                return await work(services.GetRequiredService<TUseCases>(), new AdminCaller(Operator, requestId, null));
            },
            ct
        );

    /// <summary>Runs what prints by itself, for as long as it takes. It gets who calls it.</summary>
    public Task<int> ShowAsync<TRequest>(TRequest request, Func<IServiceProvider, CurrentAdmin, Task> show, CancellationToken ct)
        where TRequest : notnull =>
        ShowAsync(
            async (services, admin) =>
            {
                await services.ValidateAsync(request, ct);
                await show(services, admin);
            },
            ct
        );

    /// <summary>The same without a request message.</summary>
    public Task<int> ShowAsync(Func<IServiceProvider, CurrentAdmin, Task> show, CancellationToken ct) =>
        RunAsync(
            async services =>
            {
                await DatabaseMigrator.RequireCurrentAsync(services, ct);
                await TakeAddressAsync(services, ct);
                await using var scope = services.CreateAsyncScope();
                await show(scope.ServiceProvider, Operator);
                return null;
            },
            ct,
            prints: false
        );

    /// <summary>Reads again and again until what is waited for has come. Nothing is printed.</summary>
    public Task<int> WatchAsync<TUseCases>(Func<TUseCases, Task<bool>> hasCome, TimeSpan pause, CancellationToken ct)
        where TUseCases : notnull =>
        RunAsync(
            async services =>
            {
                while (true)
                {
                    await using (var scope = services.CreateAsyncScope())
                    {
                        var useCases = scope.ServiceProvider.GetRequiredService<TUseCases>();
                        var transaction = scope.ServiceProvider.GetRequiredService<AdminTransaction>();
                        if (await transaction.ReadAsync(Operator, () => hasCome(useCases), ct))
                            return null;
                    }
                    await Task.Delay(pause, ct);
                }
            },
            ct,
            prints: false
        );

    /// <summary>
    /// Runs anything with the services of the program, and prints what it returns as the admin API would write it. An error becomes
    /// sentences on standard error and an exit code.
    /// </summary>
    public async Task<int> RunAsync(Func<IServiceProvider, Task<object?>> command, CancellationToken ct, bool prints = true)
    {
        try
        {
            var builder = WebApplication.CreateBuilder();
            await using var prepared = await prepare(builder, ct);
            builder.Services.TryAddSingleton(TimeProvider.System);
            builder
                .Services.AddStorage(builder.Configuration)
                .AddAuth(builder.Configuration)
                .AddAdmin()
                .AddDirectory()
                .AddEvents()
                .AddActivity()
                .AddSupport();
            builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.WriteIndented = true);
            await using var app = builder.Build();
            var answer = await command(app.Services);
            if (prints)
                Print(answer, app.Services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions);
            return Good;
        }
        catch (ProblemException problem) when (problem.Errors is { } errors)
        {
            // Options have the names of the fields.
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

    Task<int> InScopeAsync(Func<IServiceProvider, Task<object?>> command, CancellationToken ct) =>
        RunAsync(
            async services =>
            {
                await DatabaseMigrator.RequireCurrentAsync(services, ct);
                await TakeAddressAsync(services, ct);
                await using var scope = services.CreateAsyncScope();
                return await command(scope.ServiceProvider);
            },
            ct
        );

    /// <summary>Tenant URLs in answers begin with the address of the servers. An operator may have given another one.</summary>
    static async Task TakeAddressAsync(IServiceProvider services, CancellationToken ct)
    {
        var configuration = services.GetRequiredService<IConfiguration>();
        if (string.IsNullOrEmpty(configuration["PublicUrl"]))
            configuration["PublicUrl"] = await ServerAddress.ReadAsync(services.GetRequiredService<NpgsqlDataSource>(), ct);
    }

    static async Task<object?> ChangeAsync<TUseCases, TResponse>(
        IServiceProvider services,
        Func<TUseCases, Task<TResponse>> change,
        CancellationToken ct
    )
        where TUseCases : notnull
    {
        var (useCases, transaction) = (services.GetRequiredService<TUseCases>(), services.GetRequiredService<AdminTransaction>());
        var requestId = Guid.CreateVersion7(transaction.Now).ToString();
        return await transaction.ChangeAsync(new AdminCaller(Operator, requestId, null), () => change(useCases), ct);
    }

    static void Print(object? answer, JsonSerializerOptions options) => Console.Out.WriteLine(JsonSerializer.Serialize(answer, options));

    static int Refuse(int code, IEnumerable<string> sentences)
    {
        foreach (var sentence in sentences)
            Console.Error.WriteLine(sentence);
        return code;
    }
}
