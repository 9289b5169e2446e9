using FsCheck;
using FsCheck.Fluent;

namespace Scim.Directory.Tests;

/// <summary>Something that an identity provider does to a small directory: six people, three groups.</summary>
abstract record Change
{
    Change() { }

    /// <summary>Creates the person's user, or replaces it. After a deletion it is another resource.</summary>
    public sealed record Put(int Who, bool Active, string? Department, string Uid, int? Manager) : Change;

    /// <summary>Entra's soft delete: inactive, with the object id before the userName.</summary>
    public sealed record SoftDelete(int Who) : Change;

    public sealed record Delete(int Who) : Change;

    public sealed record Join(int Who, int Group) : Change;

    public sealed record Leave(int Who, int Group) : Change;
}

/// <summary>Changes, and how many of them come between two batches of the projection.</summary>
sealed record History(Change[] Changes, int[] Batches, int Seed);

static class HistoryGenerators
{
    const int People = 6;
    const int Groups = 3;

    static readonly Gen<int> Who = Gen.Choose(1, People);

    static readonly Gen<int> Group = Gen.Choose(1, Groups);

    public static Arbitrary<History> Histories() =>
        Arb.From(
            from count in Gen.Choose(0, 40)
            from changes in One().ArrayOf(count)
            from batches in Gen.Choose(1, 8).ArrayOf(count)
            from seed in Gen.Choose(0, 1_000)
            select new History(changes, batches, seed)
        );

    static Gen<Change> One() =>
        Gen.Frequency(
            (6, Put()),
            (1, Who.Select(who => (Change)new Change.SoftDelete(who))),
            (1, Who.Select(who => (Change)new Change.Delete(who))),
            (4, Who.SelectMany(who => Group.Select(group => (Change)new Change.Join(who, group)))),
            (2, Who.SelectMany(who => Group.Select(group => (Change)new Change.Leave(who, group))))
        );

    /// <summary>One in ten has the uid of another person; one in six lacks the department that the mapping requires.</summary>
    static Gen<Change> Put() =>
        from who in Who
        from active in Gen.Frequency((4, Gen.Constant(true)), (1, Gen.Constant(false)))
        from department in Gen.Elements("R&D", "Sales", "Art", "Law", "IT", null)
        from uid in Gen.Frequency((9, Gen.Constant(who)), (1, Who))
        from manager in Gen.OneOf(Gen.Constant((int?)null), Who.Select(other => (int?)other))
        select (Change)new Change.Put(who, active, department, $"uid-{uid}", manager);
}
