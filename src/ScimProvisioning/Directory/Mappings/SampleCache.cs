using System.Collections.Concurrent;
using Scim.Directory;

namespace ScimProvisioning.Directory.Mappings;

/// <summary>The paths of the last users of a connection.</summary>
/// <param name="WithoutObjectId">How many of them have an externalId that is no GUID.</param>
sealed record Sample(DateTimeOffset At, int Users, int WithoutObjectId, IReadOnlyList<PathSuggestion> Paths);

/// <summary>Keeps samples for a while, because people come back to the page of the mapping after each change.</summary>
sealed class SampleCache
{
    /// <summary>A sample has up to 2,000 paths with five values of 200 characters each.</summary>
    const int Most = 20;

    /// <summary>Of a full sample.</summary>
    static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    readonly ConcurrentDictionary<Guid, (IReadOnlyList<string> Names, Sample Sample)> _samples = [];

    /// <summary>The sample, unless it is too old or the catalogue has changed since.</summary>
    public Sample? Find(Guid connection, Catalogue catalogue, DateTimeOffset now) =>
        _samples.TryGetValue(connection, out var kept)
        && now - kept.Sample.At < LifeOf(kept.Sample)
        && kept.Names.SequenceEqual(Names(catalogue))
            ? kept.Sample
            : null;

    public void Keep(Guid connection, Catalogue catalogue, Sample sample)
    {
        if (_samples.Count >= Most)
            foreach (var oldest in _samples.OrderBy(kept => kept.Value.Sample.At).Take(_samples.Count - Most + 1))
                _samples.TryRemove(oldest.Key, out _);
        _samples[connection] = (Names(catalogue), sample);
    }

    /// <summary>Somebody of the connection was erased, who may be in its sample.</summary>
    public void Forget(Guid connection) => _samples.TryRemove(connection, out _);

    /// <summary>A full one is kept; a smaller one, which is read faster, for a second for each thousand users.</summary>
    static TimeSpan LifeOf(Sample sample) =>
        sample.Users >= SuggestionUseCases.SampleSize ? Life : TimeSpan.FromSeconds(Math.Ceiling(sample.Users / 1000.0));

    static IReadOnlyList<string> Names(Catalogue catalogue) =>
        [.. catalogue.Attributes.Select(attribute => $"{attribute.Name} {attribute.Type}")];
}
