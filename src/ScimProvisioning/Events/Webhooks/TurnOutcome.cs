using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Released;

namespace ScimProvisioning.Events.Webhooks;

/// <summary>Collects the answers of one turn, and says what they leave behind.</summary>
/// <param name="chance">0 to 1, anew at each call: what is added to waits.</param>
sealed class TurnOutcome(WebhookEndpoint endpoint, IReadOnlyList<PendingEvent> batch, TimeProvider clock, Func<double> chance)
{
    readonly Lock _lock = new();
    readonly Dictionary<long, WebhookAnswer> _answers = [];
    int _failures = endpoint.Failures;
    DateTimeOffset? _failingSince = endpoint.FailingSince;
    bool _hasSucceeded;

    /// <summary>So many attempts have failed in a row that no further one is begun.</summary>
    public bool HasStopped
    {
        get
        {
            lock (_lock)
                return _failures >= WebhookTurn.MostFailures && _answers.Count > 0;
        }
    }

    /// <summary>The receiver said that it wants no more.</summary>
    public bool IsGone { get; private set; }

    /// <summary>The last failure.</summary>
    public string? LastError { get; private set; }

    /// <summary>Whether an endpoint that had stopped takes events again.</summary>
    public bool HasRecovered => _hasSucceeded && endpoint.Failures >= WebhookTurn.MostFailures;

    /// <summary>It has done nothing but fail for this long.</summary>
    public TimeSpan FailingFor => _failingSince is { } since ? clock.GetStoredNow() - since : TimeSpan.Zero;

    public void Add(PendingEvent e, WebhookAnswer answer)
    {
        lock (_lock)
        {
            _answers[e.Position] = answer;
            IsGone |= answer.IsGone;
            if (answer.IsSuccess)
                (_failures, _failingSince, _hasSucceeded) = (0, null, true);
            else
                (_failures, _failingSince, LastError) = (_failures + 1, _failingSince ?? clock.GetStoredNow(), answer.Error);
        }
    }

    /// <param name="position">Where the endpoint stands now.</param>
    /// <param name="warned">Whether operators were told that it fails.</param>
    public WebhookStanding Standing(long position, bool warned) =>
        new(position, _failures, _failingSince, warned && _failingSince is not null);

    public IReadOnlyList<PendingEvent> Delivered =>
        [.. batch.Where(e => _answers.TryGetValue(e.Position, out var answer) && answer.IsSuccess)];

    /// <summary>The last event that was tried; <c>null</c>: none was.</summary>
    public long? LastTried => _answers.Count == 0 ? null : _answers.Keys.Max();

    /// <summary>What was not delivered, up to that position: behind it, events stay in the log and need no row.</summary>
    public IReadOnlyList<UndeliveredEvent> Undelivered(long position)
    {
        // A receiver that hung has taken its time.
        var now = clock.GetStoredNow();
        var (undelivered, blocked) = (new List<UndeliveredEvent>(), new HashSet<Guid>());
        foreach (var e in batch.Where(e => e.Position <= position))
        {
            var isTried = _answers.TryGetValue(e.Position, out var answer);
            if (answer is { IsSuccess: true })
                continue;
            if (isTried)
                undelivered.Add(Failed(e, answer!, now));
            else if (!e.HasRow)
                undelivered.Add(new(e, 0, null, e.Waits || blocked.Contains(e.Lane) ? null : now, false, null));
            blocked.Add(e.Lane);
        }
        return undelivered;
    }

    UndeliveredEvent Failed(PendingEvent e, WebhookAnswer answer, DateTimeOffset now)
    {
        var (tried, first) = (e.Tried + 1, e.FirstAt ?? now);
        // An endpoint that has taken nothing since is tried on, until it has failed for so long that it is disabled.
        var takesOthers = _failingSince is null || _failingSince > first;
        var isExhausted = tried >= RetryLadder.Length && takesOthers;
        return new(e, tried, first, isExhausted ? null : now + RetryLadder.After(tried, answer, chance()), isExhausted, answer.Error);
    }

    public IReadOnlyList<WebhookAttempt> Attempts() =>
        [
            .. batch
                .Where(e => _answers.ContainsKey(e.Position))
                .Select(e => (Event: e, Answer: _answers[e.Position]))
                .Select(pair =>
                    pair.Answer.Attempt(pair.Event.Id, pair.Event.Type, pair.Event.Tried + 1, clock.GetUtcNow()) with
                    {
                        Position = pair.Event.Position,
                    }
                ),
        ];
}
