using EmptyNumber.AppHost.LocalEngine.Processes;
using Npgsql;

namespace EmptyNumber.AppHost.LocalEngine.Servers;

/// <summary>A private PostgreSQL: superuser <c>postgres</c>, no password, reachable from this machine only.</summary>
public sealed class LocalPostgres : LocalServer
{
    /// <summary>PostgreSQL refuses to run as root; this is the user that Debian's package makes for it.</summary>
    private const string User = "postgres";

    private readonly bool _durable;
    private string? _programs;

    /// <param name="folder">Its folder, made when it is not there. When this process is root, other users must be able to enter it.</param>
    /// <param name="durable">False skips fsync: faster, and a crash of the machine loses the data. For tests.</param>
    /// <param name="output">Gets each line that it writes, and whether it was to standard error.</param>
    public LocalPostgres(string folder, bool durable = true, Action<string, bool>? output = null)
        : base("PostgreSQL", folder, output, "postgres") => _durable = durable;

    /// <summary>Databases that are there when it is ready.</summary>
    internal IReadOnlyList<string> Databases { get; init; } = [];

    private string Data => Path.Combine(Folder, "data");

    private string VersionFile => Path.Combine(Data, "PG_VERSION");

    private string Bin => _programs ??= FindPrograms();

    /// <summary>Starts one and returns when it takes connections. Not durable: for tests.</summary>
    /// <exception cref="LocalEngineException">It is not installed, or did not start.</exception>
    public static async Task<LocalPostgres> StartAsync(string folder, CancellationToken ct = default)
    {
        var server = new LocalPostgres(folder, durable: false);
        await server.StartAsync(ct);
        return server;
    }

    /// <summary>For Npgsql, to a database that need not exist yet.</summary>
    public string ConnectionString(string database = "postgres") =>
        $"Host=127.0.0.1;Port={Port};Username={User};Database={database}";

    /// <summary>Makes an empty database when there is none of this name.</summary>
    public async Task CreateDatabaseAsync(string name, CancellationToken ct = default)
    {
        await using var connection = await ConnectAsync(ct);
        await using var find = new NpgsqlCommand("select 1 from pg_database where datname = $1", connection) { Parameters = { new() { Value = name } } };
        if (await find.ExecuteScalarAsync(ct) is not null)
            return;
        await using var create = new NpgsqlCommand($"create database \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", connection);
        await create.ExecuteNonQueryAsync(ct);
    }

    private protected override async Task PrepareAsync(CancellationToken ct)
    {
        await base.PrepareAsync(ct);
        if (File.Exists(VersionFile))
            return;
        if (Directory.Exists(Data))
            throw new LocalEngineException($"{Data} is not a PostgreSQL data folder. Remove it, or choose another folder.");
        await InitialiseAsync();
    }

    private protected override ChildCommand CreateCommand()
    {
        IReadOnlyList<string> settings =
        [
            "listen_addresses=127.0.0.1", "max_connections=200", "shared_buffers=64MB", "jit=off", "timezone=UTC",
            .. _durable ? Array.Empty<string>() : ["fsync=off", "synchronous_commit=off", "full_page_writes=off"],
        ];
        return new ChildCommand(
            Path.Combine(Bin, "postgres"),
            ["-D", Data, "-p", $"{Port}", "-k", "", .. settings.SelectMany(setting => (string[])["-c", setting])])
        {
            User = User,
            // "Fast": ends sessions instead of waiting for them.
            StopSignal = Signal.Interrupt,
        };
    }

    /// <summary>After a crash under load its users come back all at once and may leave it no connection: then it is asked again.</summary>
    private protected override async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        try
        {
            await using (await ConnectAsync(ct))
            {
            }

            foreach (var database in Databases)
                await CreateDatabaseAsync(database, ct);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    private async Task<NpgsqlConnection> ConnectAsync(CancellationToken ct)
    {
        var connection = new NpgsqlConnection(ConnectionString() + ";Pooling=false;Timeout=2");
        try
        {
            await connection.OpenAsync(ct);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Made beside its place and moved there when it is whole, so that an interrupted start leaves nothing broken.</summary>
    private async Task InitialiseAsync()
    {
        var fresh = Data + ".new";
        if (Directory.Exists(fresh))
            Directory.Delete(fresh, recursive: true);
        if (Environment.IsPrivilegedProcess)
        {
            AllowEntry();
            await RunAsync(new ChildCommand(Programs.Find("install", "coreutils"), "-d", "-m", "700", "-o", User, "-g", User, fresh));
        }

        await RunAsync(new ChildCommand(
            Path.Combine(Bin, "initdb"), "-D", fresh, "-U", User, "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        { User = User });
        Directory.Move(fresh, Data);
    }

    private async Task RunAsync(ChildCommand command)
    {
        var child = await ChildProcess.StartAsync(command, Note);
        if (await child.Exited is not 0 and var code)
            throw new LocalEngineException(Describe($"{Path.GetFileName(command.Program)} ended with code {code} on {Folder}:"));
    }

    private void AllowEntry()
    {
        File.SetUnixFileMode(Folder, File.GetUnixFileMode(Folder) | UnixFileMode.OtherExecute);
        for (var folder = Directory.GetParent(Folder); folder is not null; folder = folder.Parent)
            if (!folder.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                throw new LocalEngineException(
                    $"PostgreSQL runs as the user {User}, who may not enter {folder}. Choose another data folder, or: chmod o+x {folder}");
    }

    /// <summary>Debian keeps each version apart and out of PATH; a data folder needs the version that made it.</summary>
    private string FindPrograms()
    {
        const string Root = "/usr/lib/postgresql";
        var installed = (Directory.Exists(Root) ? Directory.GetDirectories(Root) : [])
            .Where(version => File.Exists(Path.Combine(version, "bin", "postgres")))
            .OrderByDescending(version => int.TryParse(Path.GetFileName(version), out var number) ? number : 0)
            .ToList();
        var made = File.Exists(VersionFile) ? File.ReadAllText(VersionFile).Trim() : null;
        var chosen = made is null ? installed.FirstOrDefault() : installed.FirstOrDefault(version => Path.GetFileName(version) == made);
        if (chosen is not null)
            return Path.Combine(chosen, "bin");
        if (made is not null && installed.Count > 0)
            throw new LocalEngineException(
                $"{Data} was made by PostgreSQL {made}, and only {string.Join(", ", installed.Select(Path.GetFileName))} is installed. " +
                $"Install postgresql-{made}, or choose another data folder.");
        return Path.GetDirectoryName(Programs.Find("postgres", "postgresql"))!;
    }
}
