using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ScimProvisioning.Admin;
using ScimProvisioning.Auth;
using ScimProvisioning.Hosting;
using ScimProvisioning.Http;
using ScimProvisioning.Storage;

try
{
    var builder = WebApplication.CreateBuilder(args);
    await using var postgres = await builder.AddEmbeddedPostgresUnlessConfigured();
    builder.Services.TryAddSingleton(TimeProvider.System);
    builder.Services.AddStorage(builder.Configuration);
    builder.Services.AddAuth(builder.Configuration);
    builder.Services.AddAdmin();
    builder.Services.AddHealth();
    builder.AddScimHttp();

    var app = builder.Build();
    await DatabaseMigrator.MigrateAsync(app.Services, app.Lifetime.ApplicationStopping);
    var adminKey = await app.Services.GetRequiredService<AdminKeys>().BootstrapAsync(app.Lifetime.ApplicationStopping);

    app.UseErrors();
    app.UseTolerantPaths();
    app.UseRouting();
    app.UseAuthentication();
    app.UseAuthorization();
    app.MapScim();
    app.MapAdmin();
    app.MapHealth();
    app.ShowBannerWhenStarted(postgres, adminKey);
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (e is StartupException or IOException { InnerException: AddressInUseException })
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
