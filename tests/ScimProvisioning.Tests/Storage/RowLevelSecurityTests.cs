using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ScimProvisioning.Tests.Storage;

/// <summary>Row-level security alone: sessions of the application that run statements without a condition on the connection.</summary>
[TestFixture, Parallelizable]
sealed class RowLevelSecurityTests
{
    readonly ScimServer _server = new();
    TestDirectory _ours = null!;
    TestDirectory _theirs = null!;

    /// <summary>
    /// One user, one group and one membership in each connection; and a change each of user, group, connection and token.
    /// </summary>
    [OneTimeSetUp]
    public async Task Load()
    {
        (_ours, _theirs) = (await TestDirectory.CreateAsync(_server), await TestDirectory.CreateAsync(_server));
        foreach (var tenant in (TestDirectory[])[_ours, _theirs])
            await tenant.Group("Design", await tenant.User("anna"));
    }

    [OneTimeTearDown]
    public void Stop() => _server.Dispose();

    [TestCase("resources", 2)]
    [TestCase("group_members", 1)]
    [TestCase("changes", 4)]
    [TestCase("users", 1)]
    [TestCase("groups", 1)]
    [TestCase("searchable", 2)]
    [TestCase("resource_counts", 2)]
    public async Task A_statement_without_a_condition_reads_the_rows_of_its_connection_alone(string table, int rows)
    {
        var read = await Scalar(
            _ours,
            $"SELECT count(*) FILTER (WHERE connection_id = '{_ours.Connection.Id}') || ' of ' || count(*) FROM {table}"
        );

        Assert.That(read, Is.EqualTo($"{rows} of {rows}"));
    }

    [TestCase("resources")]
    [TestCase("group_members")]
    [TestCase("changes")]
    [TestCase("users")]
    [TestCase("groups")]
    [TestCase("searchable")]
    [TestCase("resource_counts")]
    public async Task A_statement_outside_a_connection_reads_nothing(string table) =>
        Assert.That(await Scalar(null, $"SELECT count(*) FROM {table}"), Is.Zero);

    [TestCase("UPDATE resources SET version = version")]
    [TestCase("DELETE FROM resources")]
    [TestCase("UPDATE group_members SET added_at = added_at")]
    [TestCase("DELETE FROM group_members")]
    [TestCase("UPDATE changes SET actor = actor")]
    [TestCase("DELETE FROM changes")]
    public async Task A_change_without_a_condition_reaches_no_row_of_another_connection(string statement) =>
        Assert.That(
            await Scalar(
                _ours,
                $"""
                WITH changed AS ({statement} RETURNING connection_id)
                SELECT count(*) FROM changed WHERE connection_id <> '{_ours.Connection.Id}'
                """
            ),
            Is.Zero
        );

    [TestCase(
        """
            INSERT INTO resources (connection_id, id, resource_type, attributes, version, created_at, modified_at)
            VALUES ('{0}', gen_random_uuid(), 'User', '{{}}', 1, now(), now())
            """
    )]
    [TestCase(
        """
            INSERT INTO group_members (connection_id, group_id, member_id, added_at)
            VALUES ('{0}', gen_random_uuid(), gen_random_uuid(), now())
            """
    )]
    [TestCase(
        """
            INSERT INTO changes (connection_id, type, resource_type, resource_id, version, changes, request_id, actor, occurred_at)
            VALUES ('{0}', '', '', gen_random_uuid(), 1, '[]', '', '', now())
            """
    )]
    [TestCase("UPDATE resources SET connection_id = '{0}'")]
    [TestCase("UPDATE group_members SET connection_id = '{0}'")]
    [TestCase("UPDATE changes SET connection_id = '{0}'")]
    public void A_row_cannot_be_given_to_another_connection(string statement)
    {
        var text = string.Format(System.Globalization.CultureInfo.InvariantCulture, statement, _theirs.Connection.Id);

        Assert.That(
            () => Scalar(_ours, text),
            Throws.TypeOf<PostgresException>().With.Message.Contains("violates row-level security policy")
        );
    }

    [Test]
    public async Task After_its_transaction_a_session_belongs_to_no_connection()
    {
        await using var connection = await _server.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await new NpgsqlCommand($"SET LOCAL app.connection_id = '{_ours.Connection.Id}'", connection).ExecuteNonQueryAsync();
            await transaction.CommitAsync();
        }

        Assert.That(await new NpgsqlCommand("SELECT count(*) FROM resources", connection).ExecuteScalarAsync(), Is.Zero);
    }

    /// <summary>Runs in a transaction of that connection, which is rolled back.</summary>
    async Task<object?> Scalar(TestDirectory? tenant, string statement)
    {
        await using var connection = await _server.Services.GetRequiredService<NpgsqlDataSource>().OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        if (tenant is not null)
            await new NpgsqlCommand($"SET LOCAL app.connection_id = '{tenant.Connection.Id}'", connection).ExecuteNonQueryAsync();
        return await new NpgsqlCommand(statement, connection).ExecuteScalarAsync();
    }
}
