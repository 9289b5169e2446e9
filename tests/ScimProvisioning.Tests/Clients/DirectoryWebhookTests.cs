using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using ScimProvisioning.Client;

namespace ScimProvisioning.Tests.Clients;

/// <summary>An app that receives webhooks with MapDirectoryWebhook.</summary>
[TestFixture, Parallelizable]
sealed class DirectoryWebhookTests
{
    const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const string NextSecret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
    const string Event = """
        {"id":"019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e15","position":"1-48213","type":"directory.user.created",
         "timestamp":"2026-11-22T08:00:00.000Z",
         "organizationId":"00000000-0000-7000-8000-000000000001","connectionId":"019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e11","initialLoad":true,
         "snapshotId":null,"cause":{"kind":"scim","requestId":"r","runId":null},
         "data":{"user":{"id":"019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e10","status":"active","userName":"ella","employeeNumber":42,"version":1}}}
        """;
    const string Thin = """
        {"id":"019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e15","position":"1-48213","type":"directory.user.created",
         "timestamp":"2026-11-22T08:00:00.000Z",
         "organizationId":null,"connectionId":null,"data":{"id":"019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e10","version":7}}
        """;

    readonly List<DirectoryEvent> _handled = [];
    WebApplication _app = null!;
    HttpClient _http = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapDirectoryWebhook("/hooks", [Secret, NextSecret], (e, _) => HandleAsync(e));
        await _app.StartAsync();
        _http = new() { BaseAddress = new(_app.Urls.Single()) };
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        _http.Dispose();
        await _app.DisposeAsync();
    }

    Task HandleAsync(DirectoryEvent e)
    {
        if (e.Cause.Kind == "fail")
            throw new InvalidOperationException("The app's database is away.");
        lock (_handled)
            _handled.Add(e);
        return Task.CompletedTask;
    }

    [TestCase(Secret)]
    [TestCase(NextSecret)]
    public async Task A_signed_event_is_handed_to_the_app(string secret)
    {
        Assert.That(await Post(Event, secret: secret), Is.EqualTo(HttpStatusCode.OK));

        var e = _handled.Last(handled => handled.User is not null);
        Assert.That(
            (e.Type, e.Position, e.InitialLoad, e.User!.UserName, e.User.EmployeeNumber, e.User.IsActive),
            Is.EqualTo((DirectoryEventType.UserCreated, "1-48213", true, "ella", "42", true))
        );
    }

    [Test]
    public async Task A_thin_event_names_the_object_and_its_version_only()
    {
        Assert.That(await Post(Thin), Is.EqualTo(HttpStatusCode.OK));

        var e = _handled.Last(handled => handled.User is null);
        Assert.That((e.Group, (long?)e.Data.Others["version"]), Is.EqualTo(((DirectoryGroup?)null, 7)));
    }

    [Test]
    public async Task A_signature_with_another_secret_is_refused() =>
        Assert.That(await Post(Event, secret: "whsec_b3RoZXIgb3RoZXIgb3RoZXI="), Is.EqualTo(HttpStatusCode.Unauthorized));

    [Test]
    public async Task A_body_that_was_changed_is_refused() =>
        Assert.That(await Post(Event, sent: Event.Replace("ella", "mallory")), Is.EqualTo(HttpStatusCode.Unauthorized));

    [Test]
    public async Task What_was_overheard_and_is_sent_again_later_is_refused() =>
        Assert.That(await Post(Event, age: TimeSpan.FromMinutes(6)), Is.EqualTo(HttpStatusCode.Unauthorized));

    [Test]
    public async Task A_request_that_is_not_signed_is_refused()
    {
        using var body = new StringContent(Event);
        using var response = await _http.PostAsync(new Uri("/hooks", UriKind.Relative), body);

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.Unauthorized));
    }

    [TestCase("no JSON", HttpStatusCode.BadRequest)]
    [TestCase("{}", HttpStatusCode.BadRequest)]
    [TestCase("[]", HttpStatusCode.BadRequest)]
    public async Task A_signed_body_that_is_no_event_is_answered_with(string body, HttpStatusCode status) =>
        Assert.That(await Post(body), Is.EqualTo(status));

    [Test]
    public async Task A_body_of_more_than_a_megabyte_is_not_read() =>
        Assert.That(await Post(new string(' ', 1024 * 1024 + 1)), Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));

    [Test]
    public async Task When_the_app_fails_the_event_is_to_be_sent_again() =>
        Assert.That(await Post(Event.Replace("\"scim\"", "\"fail\"")), Is.EqualTo(HttpStatusCode.InternalServerError));

    [Test]
    public void A_secret_that_is_none_is_found_when_the_app_starts() =>
        Assert.That(
            () => _app.MapDirectoryWebhook("/others", "whsec_not base64!", (_, _) => Task.CompletedTask),
            Throws.InstanceOf<FormatException>()
        );

    async Task<HttpStatusCode> Post(string signed, string? sent = null, string secret = Secret, TimeSpan age = default)
    {
        var at = TimeProvider.System.GetUtcNow() - age;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/hooks")
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(sent ?? signed)),
            Headers =
            {
                { WebhookHeaders.IdName, "msg_1" },
                { WebhookHeaders.TimestampName, $"{at.ToUnixTimeSeconds()}" },
                { WebhookHeaders.SignatureName, WebhookSignature.Sign(secret, "msg_1", at, Encoding.UTF8.GetBytes(signed)) },
            },
        };
        using var response = await _http.SendAsync(request);
        return response.StatusCode;
    }
}
