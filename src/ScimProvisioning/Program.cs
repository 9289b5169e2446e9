using Microsoft.AspNetCore.Connections;
using Npgsql;
using ScimProvisioning.Hosting;

try
{
    var builder = WebApplication.CreateBuilder(args);
    await using var postgres = await builder.AddEmbeddedPostgresUnlessConfigured();
    builder.Services.AddSingleton(TimeProvider.System);
    builder.Services.AddSingleton(NpgsqlDataSource.Create(builder.Configuration.GetConnectionString("Postgres")!));
    builder.Services.AddHealth();

    var app = builder.Build();
    app.MapHealth();
    app.ShowBannerWhenStarted(postgres, generatedAdminKey: null);
    await app.RunAsync();
    return 0;
}
catch (Exception e) when (e is StartupException or IOException { InnerException: AddressInUseException })
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
