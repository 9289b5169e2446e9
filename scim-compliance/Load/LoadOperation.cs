namespace ScimCompliance.Load;

/// <summary>The requests of Entra's agent that a load sends.</summary>
enum LoadOperation
{
    MatchUser,
    MatchNobody,
    ReadUser,
    CreateUser,
    UpdateUser,
    MatchGroup,
    ReadGroup,
    AddMember,
    RemoveMember,
}

/// <summary>How often each operation is sent: as in incremental cycles, where a read comes before every write.</summary>
static class LoadMix
{
    static readonly (LoadOperation Operation, int Percent)[] Shares =
    [
        (LoadOperation.MatchUser, 20),
        (LoadOperation.MatchNobody, 10),
        (LoadOperation.ReadUser, 15),
        (LoadOperation.CreateUser, 5),
        (LoadOperation.UpdateUser, 15),
        (LoadOperation.MatchGroup, 5),
        (LoadOperation.ReadGroup, 5),
        (LoadOperation.AddMember, 15),
        (LoadOperation.RemoveMember, 10),
    ];

    public static LoadOperation Choose(Random random)
    {
        var at = random.Next(100);
        foreach (var (operation, percent) in Shares)
            if ((at -= percent) < 0)
                return operation;
        throw new InvalidOperationException("The shares do not make a hundred.");
    }
}
