using ScimProvisioning.Client;

namespace ScimProvisioning.Tests.Clients;

/// <summary>Events of one person and one group, made up.</summary>
static class MirrorEvents
{
    public static readonly Guid Ella = new("019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e10");
    public static readonly Guid Connection = new("019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e11");
    public static readonly Guid Design = new("019ac0de-7e9c-7c3e-9a41-3f2b8d6c5e13");

    public static async Task Apply(MemoryMirror mirror, params DirectoryEvent[] events)
    {
        foreach (var e in events)
            await Mirror.ApplyAsync(mirror, e, CancellationToken.None);
    }

    public static DirectoryEvent Of(string type, string status, long version, Guid? user = null) =>
        new()
        {
            Type = type,
            Position = "1-1",
            Data = new()
            {
                User = new()
                {
                    Id = user ?? Ella,
                    ConnectionId = Connection,
                    Status = status,
                    Version = version,
                },
            },
        };

    public static DirectoryEvent OfGroup(string type, long version, Guid[]? added = null, Guid[]? removed = null) =>
        new()
        {
            Type = type,
            Position = "1-1",
            Data = new()
            {
                Group = new()
                {
                    Id = Design,
                    ConnectionId = Connection,
                    Name = "Design",
                    Version = version,
                },
                Added = added ?? [],
                Removed = removed ?? [],
            },
        };
}
