using ScimProvisioning.Tests.Admin;
using ScimProvisioning.Work;

namespace ScimProvisioning.Tests.Work;

[TestFixture, Parallelizable, CancelAfter(60_000)]
sealed class BatchWriterTests
{
    const int Capacity = BatchWriter<int>.Capacity;

    [Test]
    public async Task What_is_queued_is_saved_in_order_and_in_one_batch(CancellationToken ct)
    {
        using var writer = new Numbers(new());
        writer.AddRange(1, 3);

        await writer.StartAsync(ct);

        Assert.That(await writer.Saved(1, ct), Is.EqualTo(new[] { "1,2,3" }));
    }

    [Test]
    public async Task What_is_too_much_is_dropped_oldest_first_and_counted_in_one_line(CancellationToken ct)
    {
        using var writer = new Numbers(new());
        writer.AddRange(1, Capacity + 5);

        await writer.StartAsync(ct);
        var saved = await writer.Saved(1, ct);
        await writer.StopAsync(ct);

        Assert.That(saved[0], Is.EqualTo(string.Join(',', Enumerable.Range(6, Capacity))));
        Assert.That(writer.Dropped, Is.EqualTo(5));
        Assert.That(writer.Log.All, Is.EqualTo(new[] { "Warning: 5 numbers were not saved: they came faster than they could be saved" }));
    }

    [Test]
    public async Task A_batch_that_fails_is_dropped_and_the_next_one_is_saved(CancellationToken ct)
    {
        using var writer = new Numbers(new()) { Save = batch => batch[0] == 1 ? throw new IOException("away") : Task.CompletedTask };
        writer.AddRange(1, 3);

        await writer.StartAsync(ct);
        while (writer.Dropped == 0)
            await Task.Delay(20, ct);
        writer.AddRange(4, 2);

        Assert.That(await writer.Saved(1, ct), Is.EqualTo(new[] { "4,5" }));
        Assert.That(writer.Dropped, Is.EqualTo(3));
        Assert.That(writer.Log.All, Is.EqualTo(new[] { "Warning: 3 numbers were not saved: away" }));
    }

    [Test]
    public async Task A_stop_tells_of_what_was_dropped_since_the_last_warning_and_why(CancellationToken ct)
    {
        using var writer = new Numbers(new()) { Save = batch => throw new IOException(batch[0] == 1 ? "away" : "full") };
        writer.AddRange(1, 3);
        await writer.StartAsync(ct);
        foreach (var batch in new[] { 2, 3 })
        {
            while (writer.Dropped < 3 * (batch - 1))
                await Task.Delay(20, ct);
            writer.AddRange(batch, 3);
        }

        await writer.StopAsync(ct);

        Assert.That(
            writer.Log.All,
            Is.EqualTo(new[] { "Warning: 3 numbers were not saved: away", "Warning: 6 numbers were not saved: full" })
        );
    }

    [Test]
    public async Task A_stop_saves_what_is_queued(CancellationToken ct)
    {
        using var writer = new Numbers(new());
        writer.AddRange(1, 1);
        await writer.StartAsync(ct);
        await writer.Saved(1, ct);
        // The writer pauses now.
        writer.AddRange(2, 2);

        await writer.StopAsync(ct);

        Assert.That((await writer.Saved(2, ct), writer.Dropped), Is.EqualTo((new[] { "1", "2,3" }, 0)));
    }

    [Test]
    public async Task A_save_that_hangs_does_not_hold_a_stop_for_long(CancellationToken ct)
    {
        var saving = new TaskCompletionSource();
        using var writer = new Numbers(new())
        {
            Save = _ =>
            {
                saving.SetResult();
                return Task.Delay(Timeout.Infinite, CancellationToken.None);
            },
        };
        writer.AddRange(1, 2);
        await writer.StartAsync(ct);
        await saving.Task;

        await writer.StopAsync(ct);

        Assert.That((writer.Dropped, ct.IsCancellationRequested), Is.EqualTo((2, false)));
    }

    sealed class Numbers(LogLines log) : BatchWriter<int>("numbers", log)
    {
        public LogLines Log { get; } = log;

        readonly List<string> _saved = [];

        public Func<IReadOnlyList<int>, Task> Save { get; init; } = _ => Task.CompletedTask;

        public void AddRange(int start, int count)
        {
            foreach (var number in Enumerable.Range(start, count))
                Add(number);
        }

        public async Task<string[]> Saved(int batches, CancellationToken ct)
        {
            while (true)
            {
                lock (_saved)
                    if (_saved.Count >= batches)
                        return [.. _saved];
                await Task.Delay(20, ct);
            }
        }

        protected override async Task SaveAsync(IReadOnlyList<int> batch, CancellationToken ct)
        {
            await Save(batch).WaitAsync(ct);
            lock (_saved)
                _saved.Add(string.Join(',', batch));
        }
    }
}
