using ScimCompliance.Http;
using ScimCompliance.Simulate;
using ScimCompliance.Verify;

namespace ScimCompliance.Load;

/// <summary>The marked users and groups of a load, and the requests about them. Safe for several threads.</summary>
sealed class Population(EntraRequests entra, TenantPeople people, string mark, Random random)
{
    const int UsersPerGroup = 20;

    readonly Lock _lock = new();
    readonly List<Link> _users = [];
    readonly List<Link> _groups = [];
    readonly Queue<(Link Group, Link User)> _members = [];
    readonly PatchOperations _operations = new(Dialect.Default);

    /// <summary>For the clean-up.</summary>
    public ProvisioningJob Job { get; } = new(Dialect.Default, mark);

    /// <exception cref="CannotRun">The server does not create what the load needs.</exception>
    public async Task PrepareAsync(int users, int connections, CancellationToken ct)
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, users + users / UsersPerGroup + 1),
            new ParallelOptions { MaxDegreeOfParallelism = connections, CancellationToken = ct },
            async (i, _) =>
            {
                var (link, kind, reply) = await (i < users ? CreateUserAsync() : CreateGroupAsync(i - users));
                if (!reply.IsSuccess)
                    throw new CannotRun(
                        $"What the load needs first cannot be made: {reply.Exchange.Method} {reply.Exchange.Url} was answered "
                            + $"{reply.Summary}"
                    );
                if (await Ownership.ProblemAsync(reply, kind, mark, id => entra.Read(kind, id, ct)) is { } problem)
                    throw new CannotRun($"What the load needs first cannot be made: {problem}");
                if (link.Id is null)
                    Register(link, kind, reply);
            }
        );
    }

    public Task<Reply> SendAsync(LoadOperation operation, CancellationToken ct) =>
        operation switch
        {
            LoadOperation.MatchUser => entra.Match(ResourceKind.User, AnyUser().Name, ct),
            LoadOperation.MatchNobody => entra.Probe(NewGuid(), ct),
            LoadOperation.ReadUser => entra.Read(ResourceKind.User, AnyUser().Id!, ct),
            LoadOperation.CreateUser => SendCreateAsync(),
            LoadOperation.UpdateUser => entra.Patch(
                ResourceKind.User.Path(AnyUser().Id!),
                _operations.Attributes(new Dictionary<string, string> { ["title"] = "" }, NewTitle())
            ),
            LoadOperation.MatchGroup => entra.Match(ResourceKind.Group, AnyGroup().Name, ct),
            LoadOperation.ReadGroup => entra.Read(ResourceKind.Group, AnyGroup().Id!, ct),
            LoadOperation.AddMember => AddMemberAsync(),
            LoadOperation.RemoveMember => RemoveMemberAsync(),
            _ => throw new InvalidOperationException($"Unhandled {operation}."),
        };

    async Task<Reply> SendCreateAsync() => (await CreateUserAsync()).Reply;

    Task<(Link Link, ResourceKind Kind, Reply Reply)> CreateUserAsync()
    {
        var user = Locked(people.Next);
        var values = AttributeMapping.Of(user);
        return CreateAsync(Job.Users[user.ObjectId] = new(values["userName"]), ResourceKind.User, values);
    }

    Task<(Link Link, ResourceKind Kind, Reply Reply)> CreateGroupAsync(int number)
    {
        var values = new Dictionary<string, string>
        {
            ["displayName"] = $"Load {number + 1} [sim-{mark}]",
            ["externalId"] = Locked(people.NewObjectId),
        };
        return CreateAsync(Job.Groups[values["externalId"]] = new(values["displayName"]), ResourceKind.Group, values);
    }

    // The link exists before the request is sent: without an answer the clean-up looks for its name. Requests use it only when the answer
    // shows that it is ours.
    async Task<(Link Link, ResourceKind Kind, Reply Reply)> CreateAsync(Link link, ResourceKind kind, Dictionary<string, string> values)
    {
        link.IsOurs = true;
        var reply = await entra.Create(kind, values);
        link.IsOurs = reply.Status is < 400 or >= 500;
        if (reply.IsSuccess && reply["id"].Text() is not "" && Ownership.IsOurs(reply.Json, kind, mark))
            Register(link, kind, reply);
        return (link, kind, reply);
    }

    void Register(Link link, ResourceKind kind, Reply reply)
    {
        link.Id = reply["id"].Text();
        lock (_lock)
            (kind == ResourceKind.User ? _users : _groups).Add(link);
    }

    async Task<Reply> AddMemberAsync()
    {
        var (group, user) = (AnyGroup(), AnyUser());
        var reply = await entra.Patch(ResourceKind.Group.Path(group.Id!), _operations.AddMembers([user.Id!]));
        lock (_lock)
            _members.Enqueue((group, user));
        return reply;
    }

    // When no membership is left, a user who is no member is removed: that must succeed too.
    async Task<Reply> RemoveMemberAsync()
    {
        (Link Group, Link User) member;
        lock (_lock)
            member = _members.TryDequeue(out var known) ? known : (_groups[random.Next(_groups.Count)], _users[random.Next(_users.Count)]);
        return await entra.Patch(ResourceKind.Group.Path(member.Group.Id!), _operations.RemoveMembers([member.User.Id!]));
    }

    Dictionary<string, string> NewTitle() => new() { ["title"] = $"Engineer {Locked(() => random.Next())}" };

    string NewGuid() => Locked(people.NewObjectId);

    Link AnyUser() => Locked(() => _users[random.Next(_users.Count)]);

    Link AnyGroup() => Locked(() => _groups[random.Next(_groups.Count)]);

    T Locked<T>(Func<T> take)
    {
        lock (_lock)
            return take();
    }
}
