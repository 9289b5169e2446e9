using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Scim;
using ScimCompliance.Tests.Defects;

namespace ScimCompliance.Tests.BrokenServer;

/// <summary>A SCIM server over real HTTP with its directory in memory: a correct one, or one with a defect.</summary>
sealed class TestServer : IAsyncDisposable
{
    public const string Token = "token-of-the-test-server";

    const string Root = "/scim/v2";

    readonly WebApplication _app;
    readonly Defect _defect;
    readonly Routes _routes;

    TestServer(WebApplication app, Defect defect)
    {
        (_app, _defect, Store) = (app, defect, new(defect.Behaviour));
        _routes = new(Store, defect.Behaviour);
    }

    public Store Store { get; }

    public string Url => Store.BaseUrl;

    public static async Task<TestServer> StartAsync(Defect defect)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder
            .WebHost.UseKestrelCore()
            .UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true)
            .UseUrls("http://127.0.0.1:0")
            .ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = null);
        builder.Services.AddRoutingCore();
        var app = builder.Build();
        var server = new TestServer(app, defect);
        app.Run(server.ServeAsync);
        await app.StartAsync();
        server.Store.BaseUrl = app.Urls.Single() + Root;
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    async Task ServeAsync(HttpContext http)
    {
        var path = http.Request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var message = await Message.ReadAsync(http, path is ["scim", "v2", .. var below] ? below : ["nothing"]);
        Answer answer;
        try
        {
            answer =
                !_defect.Behaviour.IsOpen && http.Request.Headers.Authorization != $"Bearer {Token}"
                    ? Answer.Error(401, null, "The token is missing or wrong.").With("WWW-Authenticate", "Bearer")
                    : await _defect.AroundAsync(message, Store, RouteMessage);
        }
        catch (ScimException failure)
        {
            answer = Answer.Error(failure);
        }
        catch (FormatException broken)
        {
            answer = Answer.Error(500, null, broken.Message);
        }
        _defect.After?.Invoke(message, answer);
        await answer.WriteAsync(http.Response);
    }

    Answer RouteMessage(Message message)
    {
        try
        {
            lock (Store.Lock)
                return _routes.Answer(message);
        }
        catch (ScimException failure)
        {
            return Answer.Error(failure);
        }
    }
}
