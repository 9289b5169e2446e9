using System.Text.Json.Nodes;

namespace Scim.Directory.Tests;

/// <summary>What an identity provider pushed: the received side, without any projection.</summary>
sealed class SmallDirectory
{
    readonly Dictionary<int, int> _generation = [];
    readonly Dictionary<int, HashSet<Guid>> _groups = [];

    /// <summary>By the id of the resource: its document, or <c>null</c> for a tombstone.</summary>
    public Dictionary<Guid, JsonObject?> Users { get; } = [];

    /// <summary>Applies a change.</summary>
    /// <returns>The resources that are dirty.</returns>
    public IEnumerable<Guid> Apply(Change change)
    {
        switch (change)
        {
            case Change.Put put:
                var id = IdOf(put.Who);
                if (Users.GetValueOrDefault(id) is null && Users.ContainsKey(id))
                {
                    _generation[put.Who] = _generation.GetValueOrDefault(put.Who) + 1;
                    id = IdOf(put.Who);
                }
                Users[id] = Document(put);
                return [id];
            case Change.SoftDelete(var who) when Users.GetValueOrDefault(IdOf(who)) is { } document:
                document["active"] = false;
                document["userName"] = $"0f8fad5bd9cb469fa16570867728950e{NameOf(who)}";
                return [IdOf(who)];
            case Change.Delete(var who) when Users.ContainsKey(IdOf(who)):
                Users[IdOf(who)] = null;
                _groups.Remove(who);
                return [IdOf(who)];
            case Change.Join(var who, var group) when Users.GetValueOrDefault(IdOf(who)) is not null:
                return GroupsOf(who).Add(Given.Id(group)) ? [IdOf(who)] : [];
            case Change.Leave(var who, var group) when Users.GetValueOrDefault(IdOf(who)) is not null:
                return GroupsOf(who).Remove(Given.Id(group)) ? [IdOf(who)] : [];
            default:
                return [];
        }
    }

    /// <summary>The user as the projection reads it.</summary>
    public ReceivedUser Read(Guid id) =>
        Users[id] is { } document
            ? new(id, false, (JsonObject)document.DeepClone(), GroupsOf(WhoIs(id)).ToHashSet())
            : new(id, true, [], new HashSet<Guid>());

    HashSet<Guid> GroupsOf(int who)
    {
        if (!_groups.TryGetValue(who, out var groups))
            _groups[who] = groups = [];
        return groups;
    }

    static JsonObject Document(Change.Put put)
    {
        var enterprise = new JsonObject();
        if (put.Department is { } department)
            enterprise["department"] = department;
        if (put.Manager is { } manager)
            enterprise["manager"] = new JsonObject { ["value"] = ResourceOf(manager, 0).ToString() };
        return new()
        {
            ["userName"] = NameOf(put.Who),
            ["externalId"] = put.Uid,
            ["active"] = put.Active,
            [EnterpriseUserSchema.Id] = enterprise,
        };
    }

    static string NameOf(int who) => $"person-{who}@contoso.com";

    Guid IdOf(int who) => ResourceOf(who, _generation.GetValueOrDefault(who));

    static Guid ResourceOf(int who, int generation) => Given.Id(1_000 * (generation + 1) + who);

    static int WhoIs(Guid id) => int.Parse(id.ToString()[^3..], System.Globalization.CultureInfo.InvariantCulture);
}
