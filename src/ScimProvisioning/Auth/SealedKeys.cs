using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Options;
using Npgsql;
using ScimProvisioning.Auth.Tokens;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Auth;

/// <summary>
/// The keys of ASP.NET data protection in the table <c>portal_keys</c>, sealed with the signing key: a dump of the database shows none of
/// them. Keys that a lost signing key has sealed count as absent, and new ones are made. Of servers that miss a key at the same time, one
/// makes it and the others take that.
/// </summary>
sealed class SealedKeys(NpgsqlDataSource database, IOptions<SigningKeys> signingKeys, TimeProvider clock) : IXmlRepository
{
    const string Purpose = "portal keys";

    /// <summary>Who stores a key holds this lock, so that it sees what others have stored before it.</summary>
    const long Lock = 0x5C1_CE75;

    HashSet<Guid> _seen = [];

    /// <inheritdoc/>
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var connection = database.OpenConnection();
        using var transaction = Begin(connection);
        var stored = Read(connection);
        _seen = stored.Select(element => element.Id).ToHashSet();
        return [.. stored.Select(element => element.Xml)];
    }

    /// <inheritdoc/>
    public void StoreElement(XElement element, string friendlyName)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var plain = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        var sealedText = Sealing.Seal(Sealing.Keys(signingKeys.Value, Purpose)[0], plain, id.ToString());
        using var connection = database.OpenConnection();
        using var transaction = Begin(connection);
        Execute(connection, $"SELECT pg_advisory_xact_lock({Lock})");
        // Another server was faster. The framework reads the keys again now, and uses that one.
        if (IsKey(element) && Read(connection).Exists(other => !_seen.Contains(other.Id) && IsKey(other.Xml)))
            return;
        using var insert = new NpgsqlCommand("INSERT INTO portal_keys (id, sealed) VALUES ($1, $2)", connection);
        insert.Parameters.Add(new() { Value = id });
        insert.Parameters.Add(new() { Value = sealedText });
        insert.ExecuteNonQuery();
        transaction.Commit();
    }

    /// <summary>What our signing keys open.</summary>
    List<(Guid Id, XElement Xml)> Read(NpgsqlConnection connection)
    {
        var keys = Sealing.Keys(signingKeys.Value, Purpose);
        var elements = new List<(Guid, XElement)>();
        using var select = new NpgsqlCommand("SELECT id, sealed FROM portal_keys ORDER BY created_at", connection);
        using var rows = select.ExecuteReader();
        while (rows.Read())
        {
            var (id, sealedText) = (rows.GetGuid(0), rows.GetFieldValue<byte[]>(1));
            if (keys.Select(key => Sealing.Open(key, sealedText, id.ToString())).FirstOrDefault(plain => plain is not null) is { } xml)
                elements.Add((id, XElement.Parse(Encoding.UTF8.GetString(xml))));
        }
        return elements;
    }

    // There are revocations, too.
    static bool IsKey(XElement element) => element.Name == "key";

    // The framework's interface is synchronous; it asks at the start, and once a day.
    static NpgsqlTransaction Begin(NpgsqlConnection connection)
    {
        var transaction = connection.BeginTransaction();
        Execute(connection, Reach.EverythingStatement);
        return transaction;
    }

    static void Execute(NpgsqlConnection connection, string sql)
    {
        using var command = new NpgsqlCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
