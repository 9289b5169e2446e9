using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace ScimProvisioning.Hosting;

/// <summary>Where the embedded PostgreSQL listens: a Unix socket in a folder of its own account, or loopback on Windows.</summary>
sealed record PostgresAddress(string Host, int Port, bool IsTemporary = false)
{
    // sockaddr_un holds 108 bytes on Linux, 104 on macOS, both with a closing NUL.
    const int LongestSocketPath = 103;

    public IReadOnlyDictionary<string, string> Settings =>
        OperatingSystem.IsWindows()
            ? new Dictionary<string, string> { ["listen_addresses"] = Host, ["port"] = Port.ToString(CultureInfo.InvariantCulture) }
            : new Dictionary<string, string>
            {
                ["listen_addresses"] = "",
                ["port"] = Port.ToString(CultureInfo.InvariantCulture),
                ["unix_socket_directories"] = Host,
                ["unix_socket_permissions"] = "0700",
            };

    /// <summary>
    /// The socket is in the cluster's folder, which other accounts cannot enter. If that path is too long for a socket, it is in a folder
    /// under /tmp instead.
    /// </summary>
    public static async Task<PostgresAddress> ChooseAsync(string cluster, PostgresAccount account, CancellationToken ct)
    {
        if (OperatingSystem.IsWindows())
            return new("127.0.0.1", FreePort());
        var socket = new PostgresAddress(cluster, 5432);
        if (socket.FitsASocket)
            return socket;
        var folder = $"/tmp/scim-{RandomNumberGenerator.GetHexString(16, lowercase: true)}";
        DataDirectory.CreateFolder(folder);
        await account.GiveOwnershipAsync(folder, ct);
        return new(folder, socket.Port, IsTemporary: true);
    }

    /// <summary>The address of a running PostgreSQL, from its postmaster.pid, or <c>null</c> if it accepts no connections.</summary>
    // https://www.postgresql.org/docs/15/storage-file-layout.html lists the lines of the file: process, data directory, start, port,
    // socket's folder, address, shared memory, status.
    public static PostgresAddress? OfRunning(string cluster)
    {
        var file = Path.Combine(cluster, "postmaster.pid");
        if (
            !File.Exists(file)
            || File.ReadAllLines(file) is not [_, _, _, var port, var folder, var address, _, var status]
            || status.Trim() != "ready"
        )
            return null;
        return new(OperatingSystem.IsWindows() ? address : folder, int.Parse(port, CultureInfo.InvariantCulture));
    }

    public string ConnectionString(string database, string password) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = Host,
            Port = Port,
            Database = database,
            Username = "postgres",
            Password = password,
            // Below max_connections: room for psql and for a second data source.
            MaxPoolSize = 80,
        }.ConnectionString;

    /// <summary>Removes the socket's folder if it was created for this start.</summary>
    public void Remove()
    {
        if (IsTemporary)
            System.IO.Directory.Delete(Host, recursive: true);
    }

    // Both PostgreSQL and Npgsql read a comma as the start of a second address.
    bool FitsASocket =>
        Encoding.UTF8.GetByteCount($"{Host}/.s.PGSQL.{Port}") <= LongestSocketPath && !Host.Contains(',', StringComparison.Ordinal);

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
