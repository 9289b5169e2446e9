using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ScimProvisioning.Tests.Webhooks;

/// <summary>One request that a receiver has got.</summary>
sealed record Hook(string Path, string Id, string Time, string Signatures, string ContentType, string Text)
{
    public JsonObject Body => field ??= (JsonObject)JsonNode.Parse(Text)!;

    public string Type => (string)Body["type"]!;

    /// <summary>The object that it is about, whatever it is.</summary>
    public string Object =>
        (string)
            (Body["data"]!["user"]?["id"] ?? Body["data"]!["group"]?["id"] ?? Body["connectionId"] ?? Body["data"]!["endpoint"]!["id"])!;

    public long Version => (long)(Body["data"]!["user"]?["version"] ?? Body["data"]!["group"]?["version"] ?? 0);

    public long Position => long.Parse(((string)Body["position"]!).Split('-')[1], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Verified as Standard Webhooks says, written without the server's code.</summary>
    public bool IsSignedWith(string secret)
    {
        var key = Convert.FromBase64String(secret["whsec_".Length..]);
        var signature = Convert.ToBase64String(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes($"{Id}.{Time}.{Text}")));
        return Signatures.Split(' ').Contains($"v1,{signature}");
    }
}

/// <summary>The application's side: a real web server, which answers as the test says.</summary>
sealed class HookReceiver : IAsyncDisposable
{
    readonly WebApplication _app;
    readonly ConcurrentQueue<Hook> _got = [];
    int _now;
    int _most;

    HookReceiver(WebApplication app) => _app = app;

    /// <summary>What it does with a request; at first it answers 200.</summary>
    public Func<HttpContext, Hook, Task> Answer { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>In the order in which they came.</summary>
    public IReadOnlyList<Hook> Got => [.. _got];

    /// <summary>How many requests it has had at the same time.</summary>
    public int MostAtOnce => _most;

    public Uri Address { get; private set; } = null!;

    public string Url => $"{Address}hooks";

    public static async Task<HookReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new HookReceiver(app);
        app.Run(receiver.TakeAsync);
        await app.StartAsync();
        receiver.Address = new(app.Urls.First() + "/");
        return receiver;
    }

    /// <summary>Answers each with that status.</summary>
    public void AnswerWith(int status, params (string Name, string Value)[] headers) =>
        Answer = (http, _) =>
        {
            http.Response.StatusCode = status;
            foreach (var (name, value) in headers)
                http.Response.Headers[name] = value;
            return Task.CompletedTask;
        };

    /// <summary>Waits until it has got so many requests.</summary>
    public Task UntilGot(int count) => Wait.UntilAsync(() => _got.Count >= count, $"{count} requests have not come");

    async Task TakeAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var text = await reader.ReadToEndAsync();
        var headers = http.Request.Headers;
        var hook = new Hook(
            http.Request.Path,
            headers["webhook-id"].ToString(),
            headers["webhook-timestamp"].ToString(),
            headers["webhook-signature"].ToString(),
            http.Request.ContentType ?? "",
            text
        );
        _got.Enqueue(hook);
        var now = Interlocked.Increment(ref _now);
        InterlockedMax(ref _most, now);
        try
        {
            await Answer(http, hook);
        }
        finally
        {
            Interlocked.Decrement(ref _now);
        }
    }

    static void InterlockedMax(ref int place, int value)
    {
        for (var seen = place; seen < value; seen = place)
            Interlocked.CompareExchange(ref place, value, seen);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
