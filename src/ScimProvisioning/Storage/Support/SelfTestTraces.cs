using Npgsql;
using Scim;
using ScimProvisioning.Storage.ControlPlane;
using ScimProvisioning.Storage.Database;
using ScimProvisioning.Storage.Resources;

namespace ScimProvisioning.Storage.Support;

/// <summary>
/// What a self-test leaves behind, and how it goes: its token, and the user that it has made, whose name follows from the token. The
/// entries of the change log stay; nobody is told of them.
/// </summary>
static class SelfTestTraces
{
    /// <summary>What the clocks of servers may differ by.</summary>
    const string Slack = "5 minutes";

    /// <summary>
    /// The name of the user that the self-test with this token makes. Nobody else has it: the top-level domain is reserved (RFC 2606).
    /// </summary>
    public static string UserName(Guid token) => $"self-test-{token}@self-test.invalid";

    /// <summary>A token for a few minutes that no list shows.</summary>
    public static NpgsqlBatchCommand AddToken(Token token)
    {
        var sql = new Sql();
        return sql.Statement(
            $"""
            INSERT INTO tokens (id, connection_id, jti_hash, hint, scopes, created_at, created_by, expires_at, is_self_test)
            VALUES ({sql.Add(token.Id)}, {sql.Add(token.ConnectionId)}, {sql.Add(token.JtiHash)}, {sql.Add(token.Hint)},
                {sql.Add([.. token.Scopes])}, {sql.Add(token.CreatedAt)}, {sql.Add(token.CreatedBy)}, {sql.Add(token.ExpiresAt)}, true)
            """
        );
    }

    public static NpgsqlBatchCommand RevokeToken(Guid token, DateTimeOffset now)
    {
        var sql = new Sql();
        return sql.Statement($"UPDATE tokens SET revoked_at = {sql.Add(now)} WHERE id = {sql.Add(token)} AND is_self_test");
    }

    /// <summary>
    /// Erases the user, deleted or not, and the token. If a rebuild has released the user in that moment, the application is told that he
    /// is deleted.
    /// </summary>
    /// <param name="user">The id; <c>null</c>: it is not known, and the user is found by his name, also if he is deleted.</param>
    public static IEnumerable<NpgsqlBatchCommand> Erase(Guid connection, Guid token, Guid? user)
    {
        yield return RawStatements.Confine(connection);
        var sql = new Sql();
        var (connectionId, type) = (sql.Add(connection), sql.Add(ResourceType.User.Name));
        var name = sql.Add(CaseFolding.Fold(UserName(token)));
        yield return sql.Statement(
            $"""
            WITH erased AS (
                DELETE FROM resources WHERE connection_id = {connectionId} AND resource_type = {type}
                    AND (id = {sql.Add(user)} OR user_name = {name} AND deleted_at IS NULL OR user_name = {name} AND deleted_at >= (
                        SELECT created_at - interval '{Slack}' FROM tokens WHERE id = {sql.Add(token)}))
                RETURNING id, deleted_at
            ), live AS (SELECT FROM erased WHERE deleted_at IS NULL),
            {WriteSql.CountCte(connectionId, type, -1, "live")}, unique_rows AS (
                DELETE FROM unique_values u USING erased WHERE u.connection_id = {connectionId} AND u.resource_id = erased.id
            )
            INSERT INTO directory_dirty (connection_id, organization_id, resource_id)
            SELECT u.connection_id, u.organization_id, u.resource_id FROM directory_users u JOIN erased ON erased.id = u.resource_id
            WHERE u.connection_id = {connectionId} ON CONFLICT DO NOTHING
            """
        );
        var forget = new Sql();
        yield return forget.Statement($"DELETE FROM tokens WHERE id = {forget.Add(token)} AND is_self_test");
    }

    /// <summary>Self-tests that a killed server has not taken back: connection and token.</summary>
    public static NpgsqlBatchCommand Left(DateTimeOffset now)
    {
        var sql = new Sql();
        return sql.Statement($"SELECT connection_id, id FROM tokens WHERE is_self_test AND expires_at < {sql.Add(now)} LIMIT 1000");
    }
}
