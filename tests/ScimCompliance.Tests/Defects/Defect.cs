using ScimCompliance.Tests.BrokenServer;

namespace ScimCompliance.Tests.Defects;

/// <summary>A mistake of real servers, and the checks that must report it.</summary>
/// <param name="Sentence">What the server does.</param>
sealed record Defect(string Sentence)
{
    public static readonly Defect None = new("A correct server");

    public Behaviour Behaviour { get; init; } = new();

    /// <summary>Rewrites the request, or refuses it with a <see cref="Scim.ScimException"/>.</summary>
    public Action<Message, Store>? Before { get; init; }

    /// <summary>Rewrites the answer.</summary>
    public Action<Message, Answer>? After { get; init; }

    /// <summary>Answers instead of the server, which it may call.</summary>
    public Func<Message, Store, Func<Message, Answer>, Task<Answer>>? Around { get; init; }

    /// <summary>Ids of the checks that fail, and no others.</summary>
    public string[] Caught { get; init; } = [];

    public async Task<Answer> AroundAsync(Message message, Store store, Func<Message, Answer> server)
    {
        Before?.Invoke(message, store);
        return Around is null ? server(message) : await Around(message, store, server);
    }

    public override string ToString() => Sentence;
}
