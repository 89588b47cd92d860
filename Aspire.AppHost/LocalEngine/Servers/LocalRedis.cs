using EmptyNumber.AppHost.LocalEngine.Processes;

namespace EmptyNumber.AppHost.LocalEngine.Servers;

/// <summary>A private Redis that keeps nothing on disk: what it holds are leases, and those may be lost.</summary>
public sealed class LocalRedis : LocalServer
{
    /// <param name="folder">Its folder, made when it is not there.</param>
    /// <param name="output">Gets each line that it writes, and whether it was to standard error.</param>
    public LocalRedis(string folder, Action<string, bool>? output = null)
        : base("Redis", folder, output, "redis")
    {
    }

    /// <summary>For StackExchange.Redis: <c>127.0.0.1:port</c>.</summary>
    public string ConnectionString => $"127.0.0.1:{Port}";

    /// <summary>Starts one and returns when it answers.</summary>
    /// <exception cref="LocalEngineException">It is not installed, or did not start.</exception>
    public static async Task<LocalRedis> StartAsync(string folder, CancellationToken ct = default)
    {
        var server = new LocalRedis(folder);
        await server.StartAsync(ct);
        return server;
    }

    private protected override ChildCommand CreateCommand() => new(
        Programs.Find("redis-server", "redis-server"),
        "--port", $"{Port}", "--bind", "127.0.0.1", "--dir", Folder, "--save", "", "--appendonly", "no");

    private protected override Task<bool> IsReadyAsync(CancellationToken ct) =>
        AnswersAsync("PING\r\n"u8.ToArray(), "+PONG"u8.ToArray(), ct);
}
