using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace EmptyNumber.WholeSuite;

/// <summary>The whole suite, started as <c>./run</c> starts it, in a data folder of its own.</summary>
public sealed partial class Suite : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan StopLimit = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RequestLimit = TimeSpan.FromMinutes(5);

    private readonly Process _launcher;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<Uri> _ready = new();

    private Suite(Process launcher, string folder)
    {
        _launcher = launcher;
        Folder = folder;
        _ = ReadAsync(launcher.StandardOutput);
        _ = ReadAsync(launcher.StandardError);
    }

    /// <summary>Where the gateway listens.</summary>
    public Uri Gateway { get; private set; } = null!;

    /// <summary>Its data folder, which goes with it.</summary>
    public string Folder { get; }

    /// <summary>The process that started all the others.</summary>
    public int LauncherId => _launcher.Id;

    /// <summary>False once the launcher has given up.</summary>
    public bool IsRunning => !_launcher.HasExited;

    /// <summary>All its processes, as the launcher lists them now.</summary>
    public IReadOnlyList<SuiteProcess> Processes =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "resources.json"))).RootElement
            .GetProperty("resources").Deserialize<SuiteProcess[]>(JsonSerializerOptions.Web)!;

    /// <summary>Starts it, and waits until it is ready.</summary>
    /// <param name="arguments">As on the command line of <c>./run</c>, beside the port and the data folder.</param>
    /// <param name="environment">Variables that it gets besides those of this process.</param>
    /// <param name="cancellationToken">Ends the waiting, and the suite.</param>
    /// <exception cref="InvalidOperationException">It ended before it was ready; the message has its last lines.</exception>
    public static async Task<Suite> StartAsync(
        string arguments, IReadOnlyDictionary<string, string>? environment = null, CancellationToken cancellationToken = default)
    {
        var folder = Directory.CreateTempSubdirectory("en-suite-").FullName;

        // PostgreSQL, which runs as a user of its own, has to pass through.
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | UnixFileMode.OtherExecute);
        var start = new ProcessStartInfo("dotnet", [Metadata("AppHost"), "--port", "0", "--data", folder, "--no-sample", .. arguments.Split(' ')])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment.Remove("OTEL_EXPORTER_OTLP_ENDPOINT");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        var suite = new Suite(Process.Start(start)!, folder);
        try
        {
            suite.Gateway = await suite._ready.Task.WaitAsync(StartLimit, cancellationToken);
            return suite;
        }
        catch
        {
            await suite.DisposeAsync();
            throw;
        }
    }

    /// <summary>The file at this path of the repository.</summary>
    public static string RepositoryFile(string path) => Path.Combine(Metadata("Repository"), path);

    /// <summary>Somebody at the gateway who has not logged in; on this machine, and so in a trusted network.</summary>
    public HttpClient Connect() => new() { BaseAddress = Gateway, Timeout = RequestLimit };

    /// <summary>The development administrator, who has.</summary>
    public Task<HttpClient> LogInAsync(CancellationToken cancellationToken = default) => LogInAsync("jackfrued", "123456", cancellationToken);

    /// <summary>Somebody who has.</summary>
    public async Task<HttpClient> LogInAsync(string username, string password, CancellationToken cancellationToken = default)
    {
        var client = Connect();
        using var response = await client.PostAsJsonAsync("/api/login/", new { username, password }, cancellationToken);
        var token = (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("token").GetString();
        client.DefaultRequestHeaders.Add("Authorization", $"Token {token}");
        return client;
    }

    /// <summary>A process, as the launcher lists it now.</summary>
    /// <param name="resource">Its name in the application.</param>
    /// <param name="replica">Which of several, from 0.</param>
    public SuiteProcess Find(string resource, int replica = 0) =>
        Processes.Single(process => process.Name == resource && process.Replica == replica);

    /// <summary>Kills a process, as <c>kill -9</c> does. The launcher starts another one.</summary>
    public void Kill(string resource, int replica = 0) => Signal(resource, "KILL", replica);

    /// <summary>Sends a signal to a process.</summary>
    /// <param name="resource">Its name in the application.</param>
    /// <param name="signal">As kill(1) knows it, such as <c>STOP</c>.</param>
    /// <param name="replica">Which of several, from 0.</param>
    public void Signal(string resource, string signal, int replica = 0) =>
        Signal(Find(resource, replica).Pid ?? throw new InvalidOperationException($"{resource}/{replica} does not run now."), signal);

    /// <summary>For Npgsql: one of its databases.</summary>
    public string ConnectionString(string database) => $"Host=127.0.0.1;Port={Find("postgres").Url!.Port};Username=postgres;Database={database}";

    /// <summary>What it printed last.</summary>
    public string Tail() => string.Join('\n', _output.TakeLast(40));

    /// <summary>Stops all of it, and removes its folder.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_launcher.HasExited)
            Signal(_launcher.Id, "TERM");
        using var limit = new CancellationTokenSource(StopLimit);
        await _launcher.WaitForExitAsync(limit.Token);
        _launcher.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private static void Signal(int process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{process}"]);
        kill.WaitForExit();
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            _output.Enqueue(line);
            if (ReadyLine().Match(line) is { Success: true } ready)
                _ready.TrySetResult(new Uri(ready.Groups[1].Value));
        }

        _ready.TrySetException(new InvalidOperationException("The suite did not start:\n" + Tail()));
    }

    private static string Metadata(string key) => typeof(Suite).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;

    [GeneratedRegex("^Ready: (http://localhost:[0-9]+)")]
    private static partial Regex ReadyLine();
}

/// <summary>A process of the suite, as <c>resources.json</c> tells it.</summary>
/// <param name="Name">Its name in the application.</param>
/// <param name="Replica">Which of several, from 0.</param>
/// <param name="State">Such as <c>running</c>.</param>
/// <param name="Pid">Its process id; null when it does not run.</param>
/// <param name="Url">Where it listens; null when it does not.</param>
/// <param name="Restarts">How often it was started again after it had ended.</param>
public sealed record SuiteProcess(string Name, int Replica, string State, int? Pid, Uri? Url, int Restarts);
