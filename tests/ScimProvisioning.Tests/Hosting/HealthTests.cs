using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using ScimProvisioning.Hosting;

namespace ScimProvisioning.Tests.Hosting;

[TestFixture, Parallelizable, CancelAfter(600_000)]
sealed class HealthTests
{
    [Test]
    public async Task Ready_follows_the_database_and_live_the_process(CancellationToken ct)
    {
        using var folder = new TemporaryFolder();
        var builder = WebApplication.CreateBuilder([
            $"--Embedded:DataDirectory={folder.FullName}",
            "--urls=http://127.0.0.1:0",
            "--ConnectionStrings:Postgres=",
        ]);
        await using var postgres = await builder.PrepareHostAsync();
        builder.Services.AddSingleton(NpgsqlDataSource.Create(builder.Configuration.GetConnectionString("Postgres")!)).AddHealth();
        await using var app = builder.Build();
        app.MapHealth();
        await app.StartAsync(ct);
        using var client = new HttpClient { BaseAddress = new(app.Urls.First()) };

        Assert.That((await client.GetAsync("/health/ready", ct)).StatusCode, Is.EqualTo(HttpStatusCode.OK));

        await postgres!.DisposeAsync();

        Assert.That((await client.GetAsync("/health/ready", ct)).StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable));
        Assert.That((await client.GetAsync("/health/live", ct)).StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }
}
