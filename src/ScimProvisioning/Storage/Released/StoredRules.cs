using System.Text.Json;
using System.Text.Json.Serialization;
using Npgsql;
using Scim;
using Scim.Directory;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>What admins have set for a connection, and for all connections; <c>null</c>: the default.</summary>
sealed record StoredRules(
    IReadOnlyList<CatalogueAttribute>? Attributes,
    IReadOnlyList<Role> Roles,
    Mapping? Mapping,
    Scope? Scope,
    RoleMappings? RoleMappings
)
{
    /// <summary>How the rules are written, in the database as in the API.</summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        NumberHandling = JsonNumberHandling.Strict,
        PropertyNameCaseInsensitive = false,
    };

    public static NpgsqlBatchCommand Read(Guid connection)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT c.attributes::text, c.roles::text, r.mapping::text, r.scope::text, r.role_mappings::text
            FROM directory_catalogue c LEFT JOIN directory_rules r ON r.connection_id = {sql.Add(connection)}
            """
        );
    }

    public static async Task<StoredRules> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        await rows.ReadAsync(ct);
        return new(
            Of<IReadOnlyList<CatalogueAttribute>>(rows, 0),
            Of<IReadOnlyList<Role>>(rows, 1) ?? [],
            Of<Mapping>(rows, 2),
            Of<Scope>(rows, 3),
            Of<RoleMappings>(rows, 4)
        );
    }

    public Catalogue Catalogue => Attributes is null ? Catalogue.Default : new(Attributes);

    /// <summary>What makes no sense, or has lost it since it was set, does nothing and is among the faults.</summary>
    public Rules CompileStored(ResourceTypes types) => Rules.CompileStored(Catalogue, Mapping, Scope, RoleMappings, Roles, types);

    /// <summary>The references that wait for their group.</summary>
    public IEnumerable<GroupReference> Waiting => References.Where(reference => reference.Id is null);

    /// <summary>The rules after these groups were received, renamed or deleted.</summary>
    /// <param name="others">Live groups that a reference which waits may mean too: of two, none is taken.</param>
    /// <returns>The rules, the groups whose members are affected, and what stands against binding some of them.</returns>
    public (StoredRules Next, IReadOnlyCollection<Guid> Affected, IReadOnlyList<StoredProblem> Problems) Bind(
        List<PushedGroup> groups,
        IReadOnlyList<PushedGroup> others
    )
    {
        ReceivedGroup[] live =
        [
            .. groups.Concat(others).Where(group => !group.IsDeleted).Select(group => group.Group).DistinctBy(group => group.Id),
        ];
        var (next, problems) = Without([.. groups.Where(group => group.IsDeleted).Select(group => group.Id)]).BoundTo(live);
        var affected = Bound().ToHashSet();
        affected.SymmetricExceptWith(next.Bound());
        return (next, affected, StoredProblem.OfGroups(problems));
    }

    /// <summary>The rules after these groups were deleted: what was bound to them waits for them again.</summary>
    public StoredRules Without(IReadOnlyCollection<Guid> groups) =>
        this with
        {
            Scope = groups.Aggregate(Scope, (scope, group) => scope?.Deleted(group)),
            RoleMappings = groups.Aggregate(RoleMappings, (roles, group) => roles?.Deleted(group)),
        };

    /// <summary>The rules with each reference bound that fits one of these groups, and what stands against binding others.</summary>
    public (StoredRules Next, IReadOnlyList<Problem> Problems) BoundTo(IReadOnlyCollection<ReceivedGroup> live)
    {
        var (next, problems) = (this, new List<Problem>());
        if (Scope?.Received(live) is var (scope, ofScope))
        {
            next = next with { Scope = scope };
            problems.AddRange(ofScope);
        }
        if (RoleMappings?.Received(live) is var (roles, ofRoles))
        {
            next = next with { RoleMappings = roles };
            problems.AddRange(ofRoles);
        }
        return (next, problems);
    }

    /// <summary>The groups that scope and roles name.</summary>
    public IEnumerable<GroupReference> References =>
        (Scope?.Groups ?? []).Concat(RoleMappings?.Groups.Select(mapping => mapping.Group) ?? []);

    IEnumerable<Guid> Bound() => References.Select(group => group.Id).OfType<Guid>();

    /// <summary>Writes what is set for the connection.</summary>
    public NpgsqlBatchCommand Save(Guid connection, Guid organization)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            INSERT INTO directory_rules (connection_id, organization_id, mapping, scope, role_mappings)
            VALUES ({sql.Add(connection)}, {sql.Add(organization)}, {sql.AddJson(Text(Mapping))}, {sql.AddJson(Text(Scope))},
                {sql.AddJson(Text(RoleMappings))})
            ON CONFLICT (connection_id) DO UPDATE
                SET mapping = excluded.mapping, scope = excluded.scope, role_mappings = excluded.role_mappings
            """
        );
    }

    static T? Of<T>(NpgsqlDataReader row, int ordinal)
        where T : class => row.IsDBNull(ordinal) ? null : JsonSerializer.Deserialize<T>(row.GetString(ordinal), Json);

    static string? Text<T>(T? value)
        where T : class => value is null ? null : JsonSerializer.Serialize(value, Json);
}
