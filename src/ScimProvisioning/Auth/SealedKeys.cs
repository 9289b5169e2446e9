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
/// them. Keys that a lost signing key has sealed count as absent, and new ones are made.
/// </summary>
sealed class SealedKeys(NpgsqlDataSource database, IOptions<SigningKeys> signingKeys, TimeProvider clock) : IXmlRepository
{
    const string Purpose = "portal keys";

    /// <inheritdoc/>
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        var keys = Sealing.Keys(signingKeys.Value, Purpose);
        var elements = new List<XElement>();
        using var connection = database.OpenConnection();
        using var transaction = Begin(connection);
        using var select = new NpgsqlCommand("SELECT id, sealed FROM portal_keys ORDER BY created_at", connection);
        using var rows = select.ExecuteReader();
        while (rows.Read())
        {
            var (id, sealedText) = (rows.GetGuid(0).ToString(), rows.GetFieldValue<byte[]>(1));
            if (keys.Select(key => Sealing.Open(key, sealedText, id)).FirstOrDefault(plain => plain is not null) is { } xml)
                elements.Add(XElement.Parse(Encoding.UTF8.GetString(xml)));
        }
        return elements;
    }

    /// <inheritdoc/>
    public void StoreElement(XElement element, string friendlyName)
    {
        var id = Guid.CreateVersion7(clock.GetUtcNow());
        var plain = Encoding.UTF8.GetBytes(element.ToString(SaveOptions.DisableFormatting));
        var sealedText = Sealing.Seal(Sealing.Keys(signingKeys.Value, Purpose)[0], plain, id.ToString());
        using var connection = database.OpenConnection();
        using var transaction = Begin(connection);
        using var insert = new NpgsqlCommand("INSERT INTO portal_keys (id, sealed) VALUES ($1, $2)", connection);
        insert.Parameters.Add(new() { Value = id });
        insert.Parameters.Add(new() { Value = sealedText });
        insert.ExecuteNonQuery();
        transaction.Commit();
    }

    // The framework's interface is synchronous; it asks at the first cookie, and once a day.
    static NpgsqlTransaction Begin(NpgsqlConnection connection)
    {
        var transaction = connection.BeginTransaction();
        using var reach = new NpgsqlCommand(Reach.EverythingStatement, connection);
        reach.ExecuteNonQuery();
        return transaction;
    }
}
