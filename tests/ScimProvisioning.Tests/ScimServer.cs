using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using ScimProvisioning.Work;

namespace ScimProvisioning.Tests;

/// <summary>The whole server on a real socket and a real database.</summary>
sealed class ScimServer : WebApplicationFactory<Program>
{
    public const string AdminKey = "the-admin-key-of-the-tests";
    public const string SigningKey = "the signing key of the tests, long enough";

    readonly string _connectionString;
    readonly Dictionary<string, string> _settings;

    /// <summary>Starts on the shared database unless another is given; an empty setting counts as not configured.</summary>
    public ScimServer(string? connectionString = null, Dictionary<string, string>? settings = null)
    {
        _connectionString = connectionString ?? PostgresFixture.ConnectionString;
        _settings = settings ?? [];
        UseKestrel(0);
    }

    /// <summary>
    /// The server's clock, which the test moves. At each reading it goes on by a millisecond, so that ids sort in the order in which they
    /// were made. What PostgreSQL calls <c>now()</c> is another time: later than this one, since it goes on while this one stands still.
    /// </summary>
    public FakeTimeProvider Clock { get; } = new(TimeProvider.System.GetUtcNow()) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };

    /// <summary>Sets the clock of the server to the time of the database, since the clock stands still in between.</summary>
    public void CatchUp()
    {
        var behind = TimeProvider.System.GetUtcNow() - Clock.GetUtcNow();
        if (behind > TimeSpan.Zero)
            Clock.Advance(behind);
    }

    public Uri Address => ClientOptions.BaseAddress;

    /// <summary>A client with a key to everything below <c>/api/v1</c>.</summary>
    public HttpClient Admin => field ??= ClientWith(AdminKey);

    public HttpClient ClientWith(string? bearer)
    {
        StartServer();
        var client = CreateClient();
        client.DefaultRequestHeaders.Authorization = bearer is null ? null : new AuthenticationHeaderValue("Bearer", bearer);
        return client;
    }

    /// <summary>A request to the admin API: status and JSON.</summary>
    public Task<(int Status, JsonNode? Body)> Send(HttpMethod method, string path, string? json = null) => Send(Admin, method, path, json);

    /// <summary>The same with another key than the configured one.</summary>
    public static async Task<(int Status, JsonNode? Body)> Send(HttpClient admin, HttpMethod method, string path, string? json = null)
    {
        using var request = new HttpRequestMessage(method, "/api/v1" + path);
        if (json is not null)
            request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await admin.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, body is "" ? null : JsonNode.Parse(body));
    }

    /// <summary>A connection of the test's own.</summary>
    public async Task<TestConnection> Connect(string token = "{}")
    {
        var (_, connection) = await Send(HttpMethod.Post, "/connections", """{"name":"Test"}""");
        var id = (Guid)connection!["id"]!;
        var (_, secret) = await Send(HttpMethod.Post, $"/connections/{id}/tokens", token);
        return new(id, (string)connection["key"]!, (Guid)secret!["id"]!, (string)secret["token"]!);
    }

    /// <inheritdoc/>
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment(_settings.GetValueOrDefault(WebHostDefaults.EnvironmentKey, "Production"));
        builder.UseSetting("ConnectionStrings:Postgres", _connectionString);
        builder.UseSetting("Admin:ApiKey", AdminKey);
        builder.UseSetting("Tokens:SigningKey", SigningKey);
        builder.UseSetting("Logging:LogLevel:Default", "None");
        // What races must run side by side. A connection that is alone for a second of the server's clock may do so anyhow.
        builder.UseSetting("Limits:Concurrency", "32");
        foreach (var (name, value) in _settings)
            builder.UseSetting(name, value);
        builder.ConfigureTestServices(services =>
        {
            services.AddSingleton<TimeProvider>(Clock);
            // A periodic job works on all connections, those of other tests too: a test of a job runs it, on a database of its own.
            foreach (var service in services.Where(IsPeriodicJob).ToList())
                services.Remove(service);
        });
    }

    static bool IsPeriodicJob(ServiceDescriptor service) =>
        service.ServiceType == typeof(IHostedService) && service.ImplementationFactory is Func<IServiceProvider, PeriodicJob>;
}

/// <summary>A connection and its first token.</summary>
sealed record TestConnection(Guid Id, string Key, Guid TokenId, string Token);
