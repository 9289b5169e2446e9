using Microsoft.Extensions.DependencyInjection.Extensions;
using ScimProvisioning.Admin;
using ScimProvisioning.Auth;
using ScimProvisioning.Storage;

var builder = WebApplication.CreateBuilder(args);
builder.Services.TryAddSingleton(TimeProvider.System);
builder.Services.AddStorage(builder.Configuration);
builder.Services.AddAuth(builder.Configuration);
builder.Services.AddAdmin();

var app = builder.Build();
await DatabaseMigrator.MigrateAsync(app.Services, app.Lifetime.ApplicationStopping);
if (await app.Services.GetRequiredService<AdminKeys>().BootstrapAsync(app.Lifetime.ApplicationStopping) is { } adminKey)
    Console.WriteLine($"Admin key (shown this once): {adminKey}");

// To be replaced by the application-wide error handling.
app.UseExceptionHandler(new ExceptionHandlerOptions
{
    StatusCodeSelector = e => e is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,
});
app.UseStatusCodePages();
app.UseAuthentication();
app.UseAuthorization();
app.MapAdmin();

// To be replaced by the SCIM endpoints: who the caller is.
foreach (var prefix in (string[])["/scim/v2", "/scim/v2/" + ConnectionKey.RoutePattern])
{
    app.MapGet(prefix + "/Users", (CurrentConnection connection) => connection)
        .RequireAuthorization(Access.ScimPolicy)
        .ExcludeFromDescription();
}

app.Run();
