using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using ScimProvisioning;
using ScimProvisioning.Activity;
using ScimProvisioning.Activity.Requests;
using ScimProvisioning.Admin;
using ScimProvisioning.Auth;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Auth.OAuth;
using ScimProvisioning.CommandLine;
using ScimProvisioning.Directory;
using ScimProvisioning.Directory.Users;
using ScimProvisioning.Events;
using ScimProvisioning.Events.Webhooks;
using ScimProvisioning.Hosting;
using ScimProvisioning.Http;
using ScimProvisioning.Http.RateLimiting;
using ScimProvisioning.Http.Replies;
using ScimProvisioning.Http.Requests;
using ScimProvisioning.Portal;
using ScimProvisioning.Projection;
using ScimProvisioning.Storage;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Support;
using ScimProvisioning.Support.Bundles;

try
{
    if (OperatorCommands.AreIn(args))
        return await OperatorCommands.RunAsync(args, HostingSetup.PrepareCommandAsync, ClientPrograms.RunAsync);

    var builder = WebApplication.CreateBuilder(args);
    await using var postgres = await builder.PrepareHostAsync();
    var isStarting = true;
    builder.QuietFailedStart(() => isStarting);
    builder.Services.TryAddSingleton(TimeProvider.System);
    builder.AddTelemetry();
    builder.Services.AddStorage(builder.Configuration);
    builder.Services.AddAuth(builder.Configuration);
    builder.Services.AddProjection();
    builder.Services.AddAdmin();
    builder.Services.AddDirectory();
    builder.Services.AddEvents();
    builder.Services.AddActivity();
    builder.Services.AddSupport();
    builder.Services.AddHealth();
    builder.AddScimHttp();
    builder.Services.AddPortal(builder.Configuration);

    await using var app = builder.Build();
    AuthSetup.CheckSettings(app.Services);
    _ = app.Services.GetRequiredService<Retention>();
    _ = app.Services.GetRequiredService<WebhookOptions>();
    _ = app.Services.GetRequiredService<ActivityOptions>();
    await DatabaseMigrator.MigrateAsync(app.Services, app.Lifetime.ApplicationStopping);

    app.UseRequestMetrics();
    app.UseTrustedProxies();
    app.UseRequestLog();
    app.UseErrors();
    app.UseTolerantPaths();
    app.UseRouting();
    app.UseAuthentication();
    app.UseAuthorization();
    app.UseConnectionGate();
    app.UseConnectionRateLimiting();
    app.UseRequestBodyEncoding();
    app.UsePortal();
    app.MapScim();
    app.MapOAuth();
    var api = app.MapAdmin();
    api.MapDirectory();
    api.MapEvents();
    api.MapActivity();
    api.MapSupport();
    app.MapProviderIcons();
    app.MapSharedBundles();
    app.MapPortal();
    app.MapHealth();
    app.MapMetrics()?.RequireAuthorization(AuthSetup.OperatorPolicy);

    await app.StartAsync();
    isStarting = false;
    await ServerAddress.WriteAsync(
        app.Services.GetRequiredService<NpgsqlDataSource>(),
        app.Services.GetRequiredService<PublicUrl>().Root,
        app.Logger,
        app.Lifetime.ApplicationStopping
    );
    // The key is created after the start, because it would never be shown if the start failed.
    var adminKey = await app.Services.GetRequiredService<AdminKeyStore>().BootstrapAsync(app.Lifetime.ApplicationStopping);
    await app.WriteBannerAsync(postgres, adminKey);
    await app.WaitForShutdownAsync();
    return 0;
}
catch (StartupException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
catch (IOException e) when (e.InnerException is AddressInUseException)
{
    await Console.Error.WriteLineAsync($"{e.Message.TrimEnd('.')}: stop the other program, or set ASPNETCORE_URLS to another address.");
    return 1;
}
