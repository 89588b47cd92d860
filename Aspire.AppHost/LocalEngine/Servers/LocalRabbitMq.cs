using System.Globalization;
using EmptyNumber.AppHost.LocalEngine.Processes;

namespace EmptyNumber.AppHost.LocalEngine.Servers;

/// <summary>A private RabbitMQ, and the Erlang port mapper that it needs.</summary>
public sealed class LocalRabbitMq : LocalServer
{
    private const string Amqp = "amqp";
    private const string Distribution = "distribution";
    private const string PortMapper = "epmd";

    private ChildProcess? _portMapper;

    /// <param name="folder">Its folder, made when it is not there.</param>
    /// <param name="output">Gets each line that it writes, and whether it was to standard error.</param>
    public LocalRabbitMq(string folder, Action<string, bool>? output = null)
        : base("RabbitMQ", folder, output, Amqp, Distribution, PortMapper)
    {
    }

    /// <summary><c>amqp://guest:guest@127.0.0.1:port</c>.</summary>
    public string ConnectionString => $"amqp://guest:guest@127.0.0.1:{Port}";

    private string Configuration => Path.Combine(Folder, "rabbitmq.conf");

    private string Plugins => Path.Combine(Folder, "enabled_plugins");

    private string EnvironmentFile => Path.Combine(Folder, "rabbitmq-env.conf");

    /// <summary>Starts one and returns when it speaks AMQP (3 to 6 s).</summary>
    /// <exception cref="LocalEngineException">It is not installed, or did not start.</exception>
    public static async Task<LocalRabbitMq> StartAsync(string folder, CancellationToken ct = default)
    {
        var server = new LocalRabbitMq(folder);
        await server.StartAsync(ct);
        return server;
    }

    /// <inheritdoc />
    public override async Task StopAsync()
    {
        await base.StopAsync();
        if (_portMapper is not null)
            await _portMapper.StopAsync(StopLimit);
    }

    private protected override async Task PrepareAsync(CancellationToken ct)
    {
        await base.PrepareAsync(ct);
        await File.WriteAllTextAsync(Plugins, "[].\n", ct);
        await File.WriteAllTextAsync(EnvironmentFile, "", ct);
        await File.WriteAllTextAsync(Configuration, string.Create(CultureInfo.InvariantCulture, $"""
            listeners.tcp.1 = 127.0.0.1:{Port}
            log.file = false
            log.console = true
            vm_memory_high_watermark.absolute = 512MiB
            disk_free_limit.absolute = 64MiB
            raft.wal_max_size_bytes = 33554432

            """), ct);
        await StartPortMapperAsync();
    }

    /// <summary>
    /// Without one on its port, RabbitMQ starts an <c>epmd -daemon</c> that outlives everybody; so there is one, as a child.
    /// </summary>
    private async Task StartPortMapperAsync()
    {
        if (_portMapper is { Exited.IsCompleted: false })
            return;
        var epmd = Programs.Find("epmd", "erlang-base", "/usr/lib/erlang/bin");
        _portMapper = await ChildProcess.StartAsync(new ChildCommand(epmd, "-port", $"{PortOf(PortMapper)}", "-address", "127.0.0.1"), Note);
    }

    // The packaged wrapper in /usr/sbin changes to the user rabbitmq and its folders; the script behind it runs as anybody.
    private protected override ChildCommand CreateCommand() => new(
        Programs.Find("rabbitmq-server", "rabbitmq-server", "/usr/lib/rabbitmq/bin"))
    {
        WorkingDirectory = Folder,
        // While it boots, the Erlang machine may lose a request to end; its files are made to survive a kill.
        DeathSignal = Signal.Kill,
        Environment = new Dictionary<string, string>(ChildCommand.Minimal())
        {
            ["HOME"] = Folder,
            // The name is part of the data: another one would start empty.
            ["RABBITMQ_NODENAME"] = "emptynumber@localhost",
            ["RABBITMQ_NODE_PORT"] = $"{Port}",
            ["RABBITMQ_DIST_PORT"] = $"{PortOf(Distribution)}",
            ["ERL_EPMD_PORT"] = $"{PortOf(PortMapper)}",
            ["ERL_EPMD_ADDRESS"] = "127.0.0.1",
            ["RABBITMQ_MNESIA_BASE"] = Path.Combine(Folder, "mnesia"),
            ["RABBITMQ_LOG_BASE"] = Path.Combine(Folder, "log"),
            ["RABBITMQ_ENABLED_PLUGINS_FILE"] = Plugins,
            ["RABBITMQ_CONFIG_FILE"] = Configuration,
            ["RABBITMQ_CONF_ENV_FILE"] = EnvironmentFile,
            ["ERL_CRASH_DUMP"] = "/dev/null",
            ["ERL_AFLAGS"] = "-kernel inet_dist_use_interface {127,0,0,1}",
            // Few schedulers that sleep when idle: a message broker beside its users on one small machine.
            ["RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS"] = "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none",
            // Makes the script become the Erlang machine instead of its parent; and that has no use for a terminal.
            ["RABBITMQ_ALLOW_INPUT"] = "1",
            ["RABBITMQ_SERVER_START_ARGS"] = "-noinput",
        },
    };

    // The protocol header of AMQP 0-9-1; the answer is a method frame (type 1) on channel 0.
    private protected override Task<bool> IsReadyAsync(CancellationToken ct) =>
        AnswersAsync("AMQP\0\0\u0009\u0001"u8.ToArray(), new byte[] { 1, 0, 0 }, ct);
}
