using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Scim;
using ScimProvisioning.Http.Replies;
using ScimProvisioning.Tests.Admin;

namespace ScimProvisioning.Tests.Faults;

/// <summary>What a request throws or writes after its client has hung up is no incident.</summary>
[TestFixture, Parallelizable]
sealed class AbandonedRequestTests
{
    const string Half = """{"half":""";

    [Test]
    public async Task What_follows_from_hanging_up_is_no_error_of_the_server(
        [Values("/scim/v2", "/api/v1")] string root,
        [Values] After after,
        [Values] bool halfAnswered
    )
    {
        using var log = new LogLines();
        var (entered, ended) = (new TaskCompletionSource(), new TaskCompletionSource<int>());
        await using var app = await StartAsync(log, root, after, halfAnswered, entered, ended);

        using (var client = new TcpClient())
        {
            var address = new Uri(app.Urls.Single());
            await client.ConnectAsync(address.Host, address.Port);
            client.LingerState = new LingerOption(enable: true, seconds: 0); // a reset, as of a client that is killed
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET {root}/slow HTTP/1.1\r\nHost: x\r\n\r\n"));
            await entered.Task.WaitAsync(Wait.Limit);
        }
        await ended.Task.WaitAsync(Wait.Limit);
        await app.StopAsync();

        Assert.That(log.All.Where(line => line.StartsWith("Error", StringComparison.Ordinal)), Is.Empty);
    }

    /// <summary>What a request does after its client has gone.</summary>
    internal enum After
    {
        FailsUnexpectedly,
        IsRefused,
        FindsNothing,
        FindsTheDatabaseAway,
    }

    static async Task<WebApplication> StartAsync(
        LogLines log,
        string root,
        After after,
        bool halfAnswered,
        TaskCompletionSource entered,
        TaskCompletionSource<int> ended
    )
    {
        var builder = WebApplication.CreateBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(log);
        builder.Services.AddErrors();
        var app = builder.Build();
        app.Use(
            async (http, next) =>
            {
                try
                {
                    await next(http);
                }
                finally
                {
                    ended.SetResult(http.Response.StatusCode);
                }
            }
        );
        app.UseErrors();
        app.MapGet(
            root + "/slow",
            async (HttpContext http) =>
            {
                if (halfAnswered)
                    await http.Response.WriteAsync(Half);
                entered.SetResult();
                await Task.Delay(Timeout.Infinite, http.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                switch (after)
                {
                    case After.FailsUnexpectedly:
                        throw new InvalidOperationException("Received unexpected backend message DataRow.");
                    case After.IsRefused:
                        throw ScimException.InvalidValue("No.");
                    case After.FindsTheDatabaseAway:
                        throw new Npgsql.NpgsqlException("Exception while reading from stream", new TimeoutException());
                    case After.FindsNothing when !halfAnswered:
                        http.Response.StatusCode = StatusCodes.Status404NotFound;
                        break;
                }
            }
        );
        await app.StartAsync();
        return app;
    }
}
