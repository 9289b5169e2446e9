using System.Text.Json;
using Npgsql;
using Scim.Directory;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Released;

/// <summary>What is set for all connections: the one row of <c>directory_catalogue</c>.</summary>
/// <param name="Attributes"><c>null</c>: the built-in ones.</param>
sealed record ServerRules(IReadOnlyList<CatalogueAttribute>? Attributes, IReadOnlyList<Role> Roles)
{
    const string Select = "SELECT attributes::text, roles::text FROM directory_catalogue";

    public Catalogue Catalogue => Attributes is null ? Catalogue.Default : new(Attributes);

    public static NpgsqlBatchCommand Read() => new(Select);

    /// <summary>The same, locked until the end of the transaction.</summary>
    public static NpgsqlBatchCommand Lock() => new($"{Select} FOR UPDATE");

    public static async Task<ServerRules> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        await rows.ReadAsync(ct);
        return new(
            rows.IsDBNull(0) ? null : Of<IReadOnlyList<CatalogueAttribute>>(rows.GetString(0)),
            Of<IReadOnlyList<Role>>(rows.GetString(1))
        );
    }

    public NpgsqlBatchCommand Save()
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            UPDATE directory_catalogue
            SET attributes = {sql.AddJson(Attributes is null ? null : Text(Attributes))}, roles = {sql.AddJson(Text(Roles))}
            """
        );
    }

    static T Of<T>(string json) => JsonSerializer.Deserialize<T>(json, StoredRules.Json)!;

    static string Text<T>(T value) => JsonSerializer.Serialize(value, StoredRules.Json);
}
