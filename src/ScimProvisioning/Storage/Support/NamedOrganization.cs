using Npgsql;
using Scim;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Storage.Support;

/// <summary>An organization that is found by its name.</summary>
sealed record NamedOrganization(Guid Id, string Name, string? ExternalId)
{
    /// <summary>Those within the reach whose name begins so, whatever the letter case, in the order of names.</summary>
    public static NpgsqlBatchCommand Find(string prefix, int most)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            SELECT id, name, external_id FROM organizations
            WHERE deleted_at IS NULL AND {sql.BeginsWith("folded_name", CaseFolding.Fold(prefix))} ORDER BY folded_name, id LIMIT {most}
            """
        );
    }

    public static async Task<List<NamedOrganization>> ReadAsync(NpgsqlDataReader rows, CancellationToken ct)
    {
        var read = new List<NamedOrganization>();
        while (await rows.ReadAsync(ct))
            read.Add(new(rows.GetGuid(0), rows.GetString(1), rows.IsDBNull(2) ? null : rows.GetString(2)));
        return read;
    }
}
