using System.CommandLine;
using System.Text.Json.Nodes;
using ScimProvisioning.Auth.AdminKeys;
using ScimProvisioning.Events.Feed;
using ScimProvisioning.Events.Webhooks;

namespace ScimProvisioning.CommandLine;

/// <summary><c>listen --forward-to</c>: relays events to a developer's machine as a webhook endpoint would send them.</summary>
static class ListenCommand
{
    public static Command Build(CommandRun run)
    {
        var command = new Command(
            "listen",
            "Sends events as they come to an address of your choice, signed, until it is interrupted. Nothing is stored, and none is sent "
                + "twice. For development."
        );
        var target = new Option<string>("--forward-to") { Description = "Such as http://localhost:3000/hooks", Required = true };
        var connection = new Option<Guid?>("--connection") { Description = "Only events of this connection, by its id" };
        var types = new Option<string?>("--types") { Description = "Only these types, such as directory.user.*,connection.paused" };
        var after = new Option<string?>("--after") { Description = "A position to begin after [default: the last event]" };
        var secret = new Option<string?>("--secret") { Description = "What signs: whsec_ and base64 [default: a new one, which is shown]" };
        foreach (var option in (Option[])[target, connection, types, after, secret])
            command.Add(option);
        target.Validators.Add(result =>
        {
            if (!Uri.TryCreate(result.GetValueOrDefault<string>(), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
                result.AddError("--forward-to: Must be an absolute http or https URL.");
        });
        secret.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } given && !WebhookSecrets.IsSecret(given))
                result.AddError("--secret: Must be whsec_ and base64 of at least 24 bytes.");
        });
        command.SetAction(
            (parsed, ct) =>
            {
                var query = new FeedQuery
                {
                    After = parsed.GetValue(after),
                    ConnectionId = parsed.GetValue(connection),
                    Types = parsed.GetValue(types),
                    Limit = 1_000,
                };
                return run.ShowAsync(
                    query,
                    (services, admin) =>
                        RelayAsync(services, admin, query, new(parsed.GetRequiredValue(target)), parsed.GetValue(secret), ct),
                    ct
                );
            }
        );
        return command;
    }

    static async Task RelayAsync(
        IServiceProvider services,
        CurrentAdmin admin,
        FeedQuery query,
        Uri target,
        string? given,
        CancellationToken ct
    )
    {
        var secret = given ?? WebhookSecrets.Create();
        await Console.Out.WriteLineAsync($"Events are sent to {target}, signed with {secret}");
        var clock = services.GetRequiredService<TimeProvider>();
        // The operator has entered the address at the machine itself, so it may be anywhere.
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = WebhookClient.Timeout };
        await EventCommands.FollowAsync(services, admin, query, all: false, once: false, SendAsync, ct);

        async Task SendAsync(byte[] body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new("application/json");
            WebhookSignature.Sign(request, (Guid)JsonNode.Parse(body)!["id"]!, body, [WebhookSecrets.Bytes(secret)], clock.GetUtcNow());
            await Console.Out.WriteLineAsync($"{await AnswerAsync(client, request, ct)} {EventCommands.Line(body)}");
        }
    }

    /// <summary>What became of the request: the status, or why there is none. A receiver that fails or hangs ends nothing.</summary>
    public static async Task<string> AnswerAsync(HttpClient client, HttpRequestMessage request, CancellationToken ct)
    {
        try
        {
            using var response = await client.SendAsync(request, ct);
            return $"{(int)response.StatusCode}";
        }
        catch (HttpRequestException e)
        {
            return e.Message;
        }
        catch (TaskCanceledException) when (!ct.IsCancellationRequested)
        {
            return $"not answered within {client.Timeout.TotalSeconds} seconds";
        }
    }
}
