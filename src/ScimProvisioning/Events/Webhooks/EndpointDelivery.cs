using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Webhooks;

/// <summary>What a server does next with an endpoint.</summary>
enum AfterTurn
{
    /// <summary>There is more to send at once.</summary>
    More,

    /// <summary>Nothing, until something new comes or is due.</summary>
    Done,

    /// <summary>Another server sends, or may: what it leaves must be looked for again.</summary>
    Lost,
}

/// <summary>
/// Sends to one endpoint until there is nothing left, in turns: read, send, write down. Nothing is sent inside of a transaction. An event
/// of an object is sent only when it is written down that the one before was delivered: after a crash, an event may come twice, but
/// never after a later one of its object.
/// </summary>
sealed partial class EndpointDelivery(
    NpgsqlDataSource database,
    EventMonths months,
    WebhookClient client,
    WebhookSecrets secrets,
    WebhookDisabling disabling,
    WebhookOptions options,
    WebhookMetrics metrics,
    TimeProvider clock,
    ILogger<EndpointDelivery> log
)
{
    /// <summary>Of this server as long as it runs: what it has broken off it may take up again at once.</summary>
    readonly Guid _lease = Guid.CreateVersion7(clock.GetUtcNow());

    /// <summary>
    /// An endpoint whose secret this server cannot open is left alone for so long: another server may have the key, and no attempt fails.
    /// </summary>
    static readonly TimeSpan WithoutKey = TimeSpan.FromMinutes(1);

    /// <summary>Those endpoints, and when they are looked at again.</summary>
    readonly ConcurrentDictionary<Guid, DateTimeOffset> _locked = [];

    /// <summary>
    /// Real time. Afterwards no further request begins, and it is the turn of another endpoint: what is left is sent in a later one.
    /// </summary>
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    /// <param name="stopping">No further request begins; those under way are waited for, and written down.</param>
    public async Task<AfterTurn> RunAsync(Guid id, CancellationToken stopping)
    {
        if (_locked.TryGetValue(id, out var until) && until > clock.GetStoredNow())
            return AfterTurn.Done;
        _locked.TryRemove(id, out _);
        var began = Stopwatch.GetTimestamp();
        AfterTurn after;
        do
        {
            var asked = Stopwatch.GetTimestamp();
            var (endpoint, due, seen) = await TakeAsync(id);
            if (endpoint is null)
                return seen.IsActive ? AfterTurn.Lost : AfterTurn.Done;
            var keys = secrets.Open(endpoint, clock.GetUtcNow());
            if (keys.Count == 0)
            {
                var later = clock.GetStoredNow() + WithoutKey;
                _locked[id] = later;
                NotOpened(id, (int)WithoutKey.TotalSeconds);
                await ReleaseAsync(id, later);
                return AfterTurn.Done;
            }
            after =
                due.Count > 0
                    ? await SendAgainAsync(new(endpoint, keys, asked), due, stopping)
                    : await SendNextAsync(new(endpoint, keys, asked), seen, stopping);
        } while (after is AfterTurn.More && !stopping.IsCancellationRequested && Stopwatch.GetElapsedTime(began) < Longest);
        // What is left is due at once, so that any server finds it.
        if (after is not AfterTurn.Lost)
            await ReleaseAsync(id, after is AfterTurn.More ? clock.GetStoredNow() : null);
        return after;
    }

    async Task<(WebhookEndpoint? Endpoint, List<PendingEvent> Due, Look Seen)> TakeAsync(Guid id)
    {
        // Not stopped half-way, as nothing here that the database does.
        var ct = CancellationToken.None;
        await using var rows = await AcrossConnections.RunAsync(
            database,
            ct,
            WebhookTurn.Take(id, _lease),
            DueDeliveries.Read(id, clock.GetStoredNow()),
            WebhookTurn.Look(id)
        );
        var endpoint = (await WebhookEndpoint.ReadAllAsync(rows, ct)).FirstOrDefault();
        await rows.NextResultAsync(ct);
        var due = await DueDeliveries.ReadAsync(rows, ct);
        await rows.NextResultAsync(ct);
        await rows.ReadAsync(ct);
        var seen = new Look(rows.GetBoolean(0), rows.GetInt64(1), rows.GetInt64(2));
        while (await rows.NextResultAsync(ct)) { }
        return (endpoint, due, seen);
    }

    /// <summary>Rows that are due come before what is new.</summary>
    async Task<AfterTurn> SendAgainAsync(Turn turn, List<PendingEvent> rows, CancellationToken stopping)
    {
        var endpoint = turn.Endpoint;
        var due = await DueDeliveries.WithEventsAsync(database, months, rows, CancellationToken.None);
        var gone = due.Where(e => e.Body is null).ToList();
        foreach (var e in gone)
            NotKept(endpoint.Id, e.Id);
        var outcome = await SendAsync(turn, due, [.. due.Except(gone)], stopping);
        return await WriteAsync(endpoint, outcome, endpoint.Position, due[^1].Position, gone);
    }

    async Task<AfterTurn> SendNextAsync(Turn turn, Look seen, CancellationToken stopping)
    {
        var endpoint = turn.Endpoint;
        var isStopped = endpoint.Failures >= WebhookTurn.MostFailures || seen.Waiting >= WebhookTurn.MostWaiting;
        if (isStopped || endpoint.Position >= seen.End)
            return AfterTurn.Done;
        var window = await months.FindAsync(endpoint.Position, CancellationToken.None);
        var end = Math.Min(seen.End, window.Last ?? seen.End);
        List<PendingEvent> events;
        await using (var rows = await AcrossConnections.RunAsync(database, CancellationToken.None, WebhookTurn.Next(endpoint, window, end)))
        {
            events = await WebhookTurn.ReadAsync(rows, CancellationToken.None);
            while (await rows.NextResultAsync(CancellationToken.None)) { }
        }
        var batch = FirstOfEachObject(events);
        var sent = batch.Where(e => !e.Waits).ToList();
        var outcome = await SendAsync(turn, batch, sent, stopping);
        // Behind the last one that was tried nothing gets a row, unless that is the only way to see what comes after it.
        var isFullOfWaiting = sent.Count == 0 && batch.Count == WebhookTurn.Size && !endpoint.HasOneLane;
        var position = isFullOfWaiting ? batch[^1].Position : outcome.LastTried ?? endpoint.Position;
        var isAtEnd = events.Count < WebhookTurn.Size && (events.Count == 0 || position == events[^1].Position);
        if (isAtEnd)
            position = end;
        if (position == endpoint.Position)
            return sent.Count == 0 ? AfterTurn.Done
                : stopping.IsCancellationRequested ? AfterTurn.More
                : AfterTurn.Lost;
        if (seen.Waiting + outcome.Undelivered(position).Count >= WebhookTurn.MostWaiting)
            TooManyWait(endpoint.Id, WebhookTurn.MostWaiting);
        return await WriteAsync(endpoint, outcome, position, position, []);
    }

    /// <summary>Up to the first event of an object that has another one before it that is sent now.</summary>
    static List<PendingEvent> FirstOfEachObject(List<PendingEvent> events)
    {
        var objects = new HashSet<Guid>();
        return [.. events.TakeWhile(e => e.Waits || objects.Add(e.Object))];
    }

    /// <summary>Lanes side by side; in a lane one after the other, up to the first failure.</summary>
    async Task<TurnOutcome> SendAsync(Turn turn, List<PendingEvent> batch, List<PendingEvent> sent, CancellationToken stopping)
    {
        var endpoint = turn.Endpoint;
        var outcome = new TurnOutcome(endpoint, batch, clock, Random.Shared.NextDouble);
        if (sent.Count == 0)
            return outcome;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        end.CancelAfter(Longest);
        using var right = new SendingRight(database, endpoint.Id, _lease, turn.Asked);
        var kept = right.KeepAsync();
        try
        {
            await Parallel.ForEachAsync(
                sent.GroupBy(e => e.Lane),
                new ParallelOptions { MaxDegreeOfParallelism = options.Parallel },
                async (lane, _) =>
                {
                    foreach (var e in lane)
                    {
                        if (end.IsCancellationRequested || !right.IsSure || outcome.HasStopped || outcome.IsGone)
                            return;
                        var body = WebhookBody.Of(endpoint.Payload, e.Body!, e.Object, e.Version);
                        var answer = await client.SendAsync(endpoint, e.Id, body, turn.Keys, right.Lost);
                        outcome.Add(e, answer);
                        if (!answer.IsSuccess)
                            return;
                    }
                }
            );
        }
        catch (OperationCanceledException) when (right.Lost.IsCancellationRequested)
        {
            // Another server may send already. What it does counts.
        }
        finally
        {
            right.Stop();
            await kept;
        }
        return outcome;
    }

    async Task<AfterTurn> WriteAsync(WebhookEndpoint endpoint, TurnOutcome outcome, long position, long upTo, List<PendingEvent> gone)
    {
        var undelivered = outcome.Undelivered(upTo);
        var isHalfWay = outcome.FailingFor >= RetryLadder.Patience / 2;
        var results = new WebhookResults(endpoint, _lease, clock.GetStoredNow()).Write(
            outcome.Standing(position, endpoint.Warned || isHalfWay),
            [.. outcome.Delivered, .. gone],
            undelivered,
            outcome.Attempts(),
            outcome.HasRecovered
        );
        var isMine = await AcrossConnections.ExecuteAsync(database, CancellationToken.None, results);
        if (!isMine)
            return AfterTurn.Lost;
        Tell(endpoint, outcome, undelivered, isHalfWay);
        if (!outcome.IsGone && outcome.FailingFor < RetryLadder.Patience)
            return AfterTurn.More;
        await disabling.DisableAsync(endpoint, _lease, outcome.IsGone, outcome.LastError ?? "", CancellationToken.None);
        return AfterTurn.Done;
    }

    void Tell(WebhookEndpoint endpoint, TurnOutcome outcome, IReadOnlyList<UndeliveredEvent> undelivered, bool isHalfWay)
    {
        foreach (var attempt in outcome.Attempts())
        {
            var isExhausted = undelivered.Any(e => e.IsExhausted && e.Event.Id == attempt.EventId);
            metrics.Attempted(
                attempt.Error is null ? "delivered"
                    : isExhausted ? "exhausted"
                    : "failed",
                TimeSpan.FromMilliseconds(attempt.Milliseconds)
            );
            if (isExhausted)
                Exhausted(attempt.EventId, endpoint.Id, attempt.Attempt, attempt.Error ?? "");
        }
        if (isHalfWay && !endpoint.Warned && outcome.FailingFor < RetryLadder.Patience)
            StillFails(endpoint.Id, (int)outcome.FailingFor.TotalHours, outcome.LastError ?? "");
    }

    async Task ReleaseAsync(Guid id, DateTimeOffset? due) =>
        await AcrossConnections.ExecuteAsync(database, CancellationToken.None, WebhookTurn.Release(id, _lease, due));

    /// <param name="Keys">They sign.</param>
    /// <param name="Asked">When the right to send was asked for.</param>
    sealed record Turn(WebhookEndpoint Endpoint, IReadOnlyList<byte[]> Keys, long Asked);

    /// <param name="End">The position of the last event.</param>
    /// <param name="Waiting">How many events have rows already.</param>
    sealed record Look(bool IsActive, long End, long Waiting);

    [LoggerMessage(
        1,
        LogLevel.Warning,
        "Event {EventId} waits for webhook endpoint {EndpointId}, but is not kept any more: it is left out"
    )]
    partial void NotKept(Guid endpointId, Guid eventId);

    [LoggerMessage(
        2,
        LogLevel.Warning,
        "Event {EventId} was not taken by webhook endpoint {EndpointId} in {Attempts} attempts ({Error}): it and the later ones of its "
            + "object wait until somebody has it sent again"
    )]
    partial void Exhausted(Guid eventId, Guid endpointId, int attempts, string error);

    [LoggerMessage(
        3,
        LogLevel.Warning,
        "Webhook endpoint {EndpointId} has done nothing but fail for {Hours} hours ({Error}): after 120 hours it is disabled"
    )]
    partial void StillFails(Guid endpointId, int hours, string error);

    [LoggerMessage(
        4,
        LogLevel.Error,
        "The secret of webhook endpoint {EndpointId} cannot be opened with this server's keys, so nothing is sent for {Seconds} seconds: "
            + "set Tokens__PreviousSigningKeys__0, or rotate the secret"
    )]
    partial void NotOpened(Guid endpointId, int seconds);

    [LoggerMessage(
        5,
        LogLevel.Warning,
        "{Count} events wait for webhook endpoint {EndpointId} behind others that it has not taken: nothing new is sent to it until some "
            + "of them are gone"
    )]
    partial void TooManyWait(Guid endpointId, int count);
}
