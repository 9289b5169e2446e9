using Npgsql;

namespace ScimProvisioning.Storage.Database;

/// <summary>
/// What a backup or a restore asks of the database; pg_dump and pg_restore do the rest. It works as the login of the connection string and
/// sees all rows: the policies <c>backup</c> let the owner of the database do so in such a session.
/// </summary>
sealed class DatabaseCopy(NpgsqlConnection database) : IAsyncDisposable
{
    /// <summary>For pg_dump: its sessions see all rows, too.</summary>
    public const string SessionOptions = "-c app.backup=on";

    const string MissingRoles = """
        The roles scim_app and scim_index are missing, and this login may not create them. Have a database administrator run:
          CREATE ROLE scim_app NOLOGIN; CREATE ROLE scim_index NOLOGIN; GRANT scim_app, scim_index TO <login> WITH ADMIN OPTION;
        """;

    // Roles belong to the whole cluster, so a dump has none.
    const string CreateRoles = """
        DO $$
        DECLARE
            role text;
        BEGIN
            FOREACH role IN ARRAY ARRAY['scim_app', 'scim_index'] LOOP
                BEGIN
                    EXECUTE format('CREATE ROLE %I NOLOGIN NOBYPASSRLS', role);
                EXCEPTION WHEN duplicate_object OR unique_violation OR insufficient_privilege THEN
                    RAISE NOTICE 'role %: %', role, SQLERRM;
                END;
            END LOOP;
            IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
                GRANT scim_app TO CURRENT_USER;
            END IF;
        EXCEPTION WHEN undefined_object OR unique_violation OR insufficient_privilege THEN
            RAISE NOTICE 'grant scim_app: %', SQLERRM;
        END $$;
        """;

    // As the migrations Initial and Search do it: what a dump keeps for its own login, and what only a member may give away.
    const string GiveRights = """
        DO $$
        BEGIN
            EXECUTE format(
                'ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO scim_app', current_schema()
            );
            EXECUTE format('ALTER DEFAULT PRIVILEGES IN SCHEMA %I GRANT USAGE, SELECT ON SEQUENCES TO scim_app', current_schema());
            BEGIN
                IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
                    GRANT scim_index TO CURRENT_USER;
                END IF;
                EXECUTE format('GRANT USAGE, CREATE ON SCHEMA %I TO scim_index', current_schema());
                ALTER VIEW searchable OWNER TO scim_index;
                EXECUTE format('REVOKE CREATE ON SCHEMA %I FROM scim_index', current_schema());
                IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
                    REVOKE scim_index FROM CURRENT_USER;
                END IF;
            EXCEPTION WHEN undefined_object OR unique_violation OR insufficient_privilege THEN
                RAISE NOTICE 'owner of searchable: %', SQLERRM;
            END;
        END $$;
        """;

    /// <exception cref="StartupException">PostgreSQL refuses the login.</exception>
    public static async Task<DatabaseCopy> OpenAsync(IConfiguration configuration, CancellationToken ct)
    {
        var settings = PostgresPool.ConnectionString(configuration);
        (settings.Pooling, settings.CommandTimeout) = (false, 0);
        settings.Options = $"{settings.Options} {SessionOptions}".Trim();
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(ct);
            var copy = new DatabaseCopy(connection);
            await copy.LiftLimitsAsync(ct);
            return copy;
        }
        catch (PostgresException refusal)
        {
            await connection.DisposeAsync();
            throw new StartupException($"PostgreSQL refused: {refusal.MessageText}. Check ConnectionStrings__Postgres.", refusal);
        }
    }

    public int ServerMajor => database.PostgreSqlVersion.Major;

    /// <summary>Without the right to see all rows, a dump would be empty and no error would say so.</summary>
    /// <exception cref="StartupException">The login lacks it.</exception>
    public async Task RequireSightAsync(CancellationToken ct)
    {
        var sees = (bool)
            (
                await AskAsync(
                    """
                    SELECT rolsuper OR rolbypassrls OR pg_has_role('pg_database_owner', 'USAGE') FROM pg_roles WHERE rolname = current_user
                    """,
                    ct
                )
            )!;
        if (!sees)
            throw new StartupException(
                "This login sees no rows, since row-level security hides them, and a backup by it would be empty. Use the login that owns "
                    + "the database, or one made for backups: CREATE ROLE scim_backup LOGIN BYPASSRLS PASSWORD '…'; "
                    + "GRANT pg_read_all_data TO scim_backup;"
            );
    }

    /// <exception cref="StartupException">There are tables already, or the roles are missing and cannot be created.</exception>
    public async Task PrepareAsync(CancellationToken ct)
    {
        if (await TablesAsync(ct) is { Count: > 0 })
            throw new StartupException(
                $"The database {database.Database} is not empty: restore into a new one (CREATE DATABASE … OWNER …), "
                    + "or with Embedded__DataDirectory into a new data directory."
            );
        await RunAsync(CreateRoles, ct);
        if (await AskAsync("SELECT count(*) FROM pg_roles WHERE rolname IN ('scim_app', 'scim_index')", ct) is not 2L)
            throw new StartupException(MissingRoles);
    }

    /// <summary>Begins a transaction that sees one state of the database, and returns its name for pg_dump.</summary>
    public async Task<string> BeginSnapshotAsync(CancellationToken ct)
    {
        await RunAsync("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", ct);
        return (string)(await AskAsync("SELECT pg_export_snapshot()", ct))!;
    }

    /// <summary>The roles of the whole PostgreSQL.</summary>
    public Task<List<string>> RolesAsync(CancellationToken ct) => ListAsync("SELECT rolname::text FROM pg_roles", ct);

    /// <summary>The rows of each table.</summary>
    public async Task<SortedDictionary<string, long>> CountAsync(CancellationToken ct)
    {
        var counts = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var table in await TablesAsync(ct))
            counts[table] = (long)
                (await AskAsync($"SELECT count(*) FROM \"{table.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", ct))!;
        return counts;
    }

    /// <summary>
    /// The numbers of transactions belong to the PostgreSQL that counted them. In a new one, which counts from the beginning, readers of
    /// the change log would wait until it gets there: so what is restored comes first, in the order of its sequence, and the projection
    /// goes on with the first entry that it has not seen. The events begin a new epoch: who followed them elsewhere may have seen later
    /// ones. Called before row-level security is restored.
    /// </summary>
    public Task ForgetTransactionsAsync(CancellationToken ct) =>
        RunAsync(
            """
            UPDATE projections p SET transaction_id = '0', sequence = coalesce(
                (SELECT min(sequence) - 1 FROM changes c
                    WHERE c.connection_id = p.connection_id AND (c.transaction_id, c.sequence) > (p.transaction_id, p.sequence)),
                (SELECT max(sequence) FROM changes c WHERE c.connection_id = p.connection_id), 0);
            UPDATE changes SET transaction_id = '0';
            UPDATE event_log SET epoch = epoch + 1;
            """,
            ct
        );

    public Task GiveRightsAsync(CancellationToken ct) => RunAsync(GiveRights, ct);

    /// <summary>What tells libpq's programs the same as the connection string. They take no password on their command line.</summary>
    public static Dictionary<string, string?> ProgramEnvironment(IConfiguration configuration)
    {
        var settings = PostgresPool.ConnectionString(configuration);
        var hosts = (settings.Host ?? "localhost").Split(',').Select(host => Address(host, settings.Port)).ToList();
        return new()
        {
            ["PGHOST"] = string.Join(',', hosts.Select(host => host.Host)),
            ["PGPORT"] = string.Join(',', hosts.Select(host => host.Port)),
            ["PGUSER"] = settings.Username,
            ["PGPASSWORD"] = settings.Password,
            ["PGDATABASE"] = settings.Database ?? settings.Username,
            ["PGSSLMODE"] = settings.SslMode switch
            {
                SslMode.VerifyCA => "verify-ca",
                SslMode.VerifyFull => "verify-full",
                var mode => mode.ToString().ToLowerInvariant(),
            },
            ["PGSSLROOTCERT"] = settings.RootCertificate,
            ["PGSSLCERT"] = settings.SslCertificate,
            ["PGSSLKEY"] = settings.SslKey,
            ["PGPASSFILE"] = settings.Passfile,
            ["PGTARGETSESSIONATTRS"] = hosts.Count > 1 ? "read-write" : null,
            ["PGOPTIONS"] = SessionOptions,
        };
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    static (string Host, string Port) Address(string host, int port)
    {
        var colon = host.LastIndexOf(':');
        var hasPort = colon > host.LastIndexOf(']') && colon == host.IndexOf(':', StringComparison.Ordinal) && !host.StartsWith('/');
        return hasPort ? (host[..colon].Trim(), host[(colon + 1)..].Trim()) : (host.Trim().Trim('[', ']'), $"{port}");
    }

    /// <summary>The snapshot lives as long as its transaction, which waits while pg_dump works; counting may take long, too.</summary>
    async Task LiftLimitsAsync(CancellationToken ct)
    {
        await RunAsync("SET idle_in_transaction_session_timeout = 0; SET statement_timeout = 0", ct);
        if (ServerMajor >= 17)
            await RunAsync("SET transaction_timeout = 0", ct);
    }

    Task<List<string>> TablesAsync(CancellationToken ct) =>
        ListAsync(
            "SELECT relname::text FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' ORDER BY 1",
            ct
        );

    async Task<List<string>> ListAsync(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, database);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var names = new List<string>();
        while (await reader.ReadAsync(ct))
            names.Add(reader.GetString(0));
        return names;
    }

    async Task<object?> AskAsync(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, database);
        return await command.ExecuteScalarAsync(ct);
    }

    async Task RunAsync(string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, database);
        await command.ExecuteNonQueryAsync(ct);
    }
}
