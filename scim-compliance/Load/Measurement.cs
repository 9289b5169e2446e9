namespace ScimCompliance.Load;

/// <summary>Latencies in milliseconds and errors, of one kind of operation or of all.</summary>
/// <param name="RequestsPerSecond">Answered requests per second of the whole time.</param>
/// <param name="Errors">How often each status other than a success came; 0 means no answer.</param>
sealed record OperationFigures(
    string Name,
    int Count,
    double RequestsPerSecond,
    double P50,
    double P95,
    double P99,
    double Max,
    IReadOnlyDictionary<int, int> Errors
)
{
    /// <summary>In words: <c>3 × 503, 1 × no answer</c>.</summary>
    public string ErrorText => string.Join(", ", Errors.Select(error => $"{error.Value} × {(error.Key is 0 ? "no answer" : error.Key)}"));
}

/// <summary>Collects answers from several threads.</summary>
sealed class Measurement
{
    readonly Lock _lock = new();
    readonly List<(LoadOperation Operation, float Milliseconds, int Status)> _answers = [];
    int _told;

    public int Count
    {
        get
        {
            lock (_lock)
                return _answers.Count;
        }
    }

    public void Add(LoadOperation operation, TimeSpan latency, int status)
    {
        lock (_lock)
            _answers.Add((operation, (float)latency.TotalMilliseconds, status));
    }

    /// <summary>The figures since the last call.</summary>
    public OperationFigures Latest(TimeSpan elapsed)
    {
        lock (_lock)
        {
            var latest = _answers.Skip(_told).ToList();
            _told = _answers.Count;
            return Of("now", latest, elapsed);
        }
    }

    /// <summary>A row per operation and one for all.</summary>
    public IReadOnlyList<OperationFigures> Rows(TimeSpan elapsed)
    {
        lock (_lock)
            return
            [
                .. _answers
                    .GroupBy(answer => answer.Operation)
                    .OrderBy(rows => rows.Key)
                    .Select(rows => Of($"{rows.Key}", [.. rows], elapsed)),
                Of("all", _answers, elapsed),
            ];
    }

    static OperationFigures Of(string name, List<(LoadOperation, float Milliseconds, int Status)> answers, TimeSpan elapsed)
    {
        var sorted = answers.Select(answer => answer.Milliseconds).Order().ToArray();
        // Nearest rank: this percentage of the answers took at most as long.
        double At(double share) =>
            sorted is [] ? 0 : sorted[Math.Clamp((int)Math.Ceiling(share * sorted.Length) - 1, 0, sorted.Length - 1)];
        return new(
            name,
            sorted.Length,
            elapsed > TimeSpan.Zero ? sorted.Length / elapsed.TotalSeconds : 0,
            At(0.5),
            At(0.95),
            At(0.99),
            At(1),
            new SortedDictionary<int, int>(
                answers
                    .Where(answer => answer.Status is < 200 or >= 300)
                    .GroupBy(answer => answer.Status)
                    .ToDictionary(same => same.Key, same => same.Count())
            )
        );
    }
}
