using Microsoft.Extensions.DependencyInjection.Extensions;
using ScimProvisioning.Admin;
using ScimProvisioning.Auth;
using ScimProvisioning.Http;
using ScimProvisioning.Storage;

var builder = WebApplication.CreateBuilder(args);
builder.Services.TryAddSingleton(TimeProvider.System);
builder.Services.AddStorage(builder.Configuration);
builder.Services.AddAuth(builder.Configuration);
builder.Services.AddAdmin();
builder.AddScimHttp();

var app = builder.Build();
await DatabaseMigrator.MigrateAsync(app.Services, app.Lifetime.ApplicationStopping);
if (await app.Services.GetRequiredService<AdminKeys>().BootstrapAsync(app.Lifetime.ApplicationStopping) is { } adminKey)
    Console.WriteLine($"Admin key (shown this once): {adminKey}");

app.UseErrors();
app.UseTolerantPaths();
app.UseRouting();
app.UseAuthentication();
app.UseAuthorization();
app.MapScim();
app.MapAdmin();
app.Run();
