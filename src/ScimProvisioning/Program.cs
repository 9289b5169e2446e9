using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection.Extensions;
using ScimProvisioning;
using ScimProvisioning.Admin;
using ScimProvisioning.Auth;
using ScimProvisioning.Hosting;
using ScimProvisioning.Http;
using ScimProvisioning.Storage;

try
{
    var builder = WebApplication.CreateBuilder(args);
    await using var postgres = await builder.AddEmbeddedPostgresUnlessConfigured();   // the ground
    builder.Services.TryAddSingleton(TimeProvider.System);
    builder.Services.AddStorage(builder.Configuration);                               // the cellar
    builder.Services.AddAuth(builder.Configuration);                                  // the porter
    builder.Services.AddAdmin();                                                      // the office
    builder.Services.AddHealth();
    builder.AddScimHttp();                                                            // the door

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
