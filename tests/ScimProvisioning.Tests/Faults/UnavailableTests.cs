using System.Net.Sockets;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using ScimProvisioning.Storage.Database;

namespace ScimProvisioning.Tests.Faults;

/// <summary>Which failures mean that the database cannot serve, so that the answer is 503 and not 500.</summary>
[TestFixture, Parallelizable]
sealed class UnavailableTests
{
    [TestCase("08000", true)] // connection_exception
    [TestCase("08001", true)] // sqlclient_unable_to_establish_sqlconnection
    [TestCase("08006", true)] // connection_failure
    [TestCase("08P01", true)] // protocol_violation, as a pooler in between says it
    [TestCase("25006", true)] // read_only_sql_transaction
    [TestCase("25P03", true)] // idle_in_transaction_session_timeout
    [TestCase("25P04", true)] // transaction_timeout
    [TestCase("28000", true)] // invalid_authorization_specification: the login was taken away, or pg_hba.conf has no line for it
    [TestCase("28P01", true)] // invalid_password: it is being changed
    [TestCase("3D000", true)] // invalid_catalog_name: the database is being restored
    [TestCase("40001", true)] // serialization_failure, after some tries
    [TestCase("40P01", true)] // deadlock_detected, after some tries
    [TestCase("53000", true)] // insufficient_resources
    [TestCase("53100", true)] // disk_full
    [TestCase("53200", true)] // out_of_memory
    [TestCase("53300", true)] // too_many_connections
    [TestCase("53400", true)] // configuration_limit_exceeded
    [TestCase("55000", true)] // object_not_in_prerequisite_state: the database accepts no connections
    [TestCase("55P03", true)] // lock_not_available
    [TestCase("57000", true)] // operator_intervention
    [TestCase("57014", true)] // query_canceled, by someone else
    [TestCase("57P01", true)] // admin_shutdown
    [TestCase("57P02", true)] // crash_shutdown
    [TestCase("57P03", true)] // cannot_connect_now
    [TestCase("57P04", true)] // database_dropped
    [TestCase("57P05", true)] // idle_session_timeout
    [TestCase("58000", true)] // system_error
    [TestCase("58030", true)] // io_error
    [TestCase("22P02", false)] // invalid_text_representation
    [TestCase("23505", false)] // unique_violation
    [TestCase("25P02", false)] // in_failed_sql_transaction
    [TestCase("42501", false)] // insufficient_privilege
    [TestCase("42P01", false)] // undefined_table
    [TestCase("XX000", false)] // internal_error
    public void An_answer_of_PostgreSQL_is_judged_by_its_code(string sqlState, bool unavailable)
    {
        var answer = new PostgresException("any text, in any language", "ERROR", "ERROR", sqlState);

        Assert.That(PostgresPool.IsUnavailable(answer), Is.EqualTo(unavailable));
        Assert.That(PostgresPool.IsUnavailable(new DbUpdateException("EF's wrapping", answer)), Is.EqualTo(unavailable));
        Assert.That(
            PostgresPool.IsUnavailable(new NpgsqlException("no suitable host", new AggregateException(new IOException(), answer))),
            Is.True
        );
    }

    static readonly TestCaseData[] Failures =
    [
        new(new NpgsqlException("No suitable host was found."), true),
        new(new NpgsqlException("Unable to connect to a suitable host.", new AggregateException(new TimeoutException())), true),
        new(new NpgsqlException("The connection pool has been exhausted", new TimeoutException()), true),
        new(new NpgsqlException("Exception while reading from stream", new IOException()), true),
        new(new NpgsqlException("Exception while reading from stream", new TimeoutException()), true),
        new(new SocketException((int)SocketError.HostNotFound), true),
        new(new TimeoutException(), true),
        new(new InvalidOperationException("likely due to a transient failure", new NpgsqlException("gone", new IOException())), true),
        new(new AggregateException(new InvalidOperationException(), new NpgsqlException("gone")), true),
        new(new InvalidOperationException(), false),
        new(new IOException("a client that hung up", new SocketException((int)SocketError.ConnectionReset)), false),
        new(new OperationCanceledException("a client that hung up", new PostgresException("", "ERROR", "ERROR", "57014")), false),
    ];

    [TestCaseSource(nameof(Failures))]
    public void A_failure_on_the_way_to_PostgreSQL_is_found_inside_others(Exception failure, bool unavailable) =>
        Assert.That(PostgresPool.IsUnavailable(failure), Is.EqualTo(unavailable));
}
