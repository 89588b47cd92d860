using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using EmptyNumber.AppHost.LocalEngine.Processes;
using EmptyNumber.TestSupport;

namespace EmptyNumber.AppHost.Tests;

/// <summary>A launcher in a process of its own, as an operator starts it, with one of the specimen's applications.</summary>
internal sealed class Launcher : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly Task _drained;

    private Launcher(Process process, string folder)
    {
        _process = process;
        Folder = folder;
        _drained = Task.WhenAll(ReadAsync(process.StandardOutput), ReadAsync(process.StandardError));
    }

    public string Folder { get; }

    public HttpClient Http { get; } = new();

    /// <summary>All that it wrote, on both streams.</summary>
    public string Output => string.Join('\n', _output);

    public static Launcher Start(string scenario, string folder, params IEnumerable<string> settings) =>
        Start(scenario, folder, new Dictionary<string, string>(), settings);

    public static Launcher Start(string scenario, string folder, IReadOnlyDictionary<string, string> environment, params IEnumerable<string> settings)
    {
        // A shell has what it runs in the background ignore the interrupt, nohup the hang-up, and whatever these start inherits it.
        var start = new ProcessStartInfo(
            "env", ["--default-signal=HUP,INT", Programs.Dotnet, Specimen, "launch", scenario, $"--LocalEngine:DataFolder={folder}", .. settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return new Launcher(Process.Start(start)!, folder);
    }

    /// <summary>Waits until a process of the application is as wanted.</summary>
    public Task<Status> SeeAsync(string name, int replica, Func<Status, bool> wanted) => Eventually.Satisfy(
        () =>
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"The launcher ended with {_process.ExitCode}:\n{Output}");
            return Task.FromResult(Statuses().FirstOrDefault(status => status.Name == name && status.Replica == replica) ?? Status.None);
        },
        wanted,
        Patience);

    public Task<Status> SeeRunningAsync(string name, int replica = 0) => SeeAsync(name, replica, status => status.State == "running");

    public IReadOnlyList<Status> Statuses()
    {
        var file = Path.Combine(Folder, "resources.json");
        if (!File.Exists(file) || JsonSerializer.Deserialize<ResourceList>(File.ReadAllText(file), Json) is not { } list)
            return [];
        // An earlier launcher that was killed leaves its list.
        return list.Launcher == _process.Id ? list.Resources : [];
    }

    public Task<Dictionary<string, string>?> EnvironmentOfAsync(Status status) =>
        Http.GetFromJsonAsync<Dictionary<string, string>>(status.Url + "/environment");

    public string LogOf(string name, int replica = 0) => File.ReadAllText(Path.Combine(Folder, "logs", $"{name}-{replica}.log"));

    public void Signal(Signal signal) => Signals.Send(_process.Id, signal);

    /// <summary>Waits for the launcher to end by itself.</summary>
    public async Task<int> ExitCodeAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(limit.Token);
        await _drained.WaitAsync(limit.Token);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            Signal(LocalEngine.Processes.Signal.Terminate);
        await ExitCodeAsync();
        _process.Dispose();
        Http.Dispose();
    }

    private static string Specimen => typeof(Launcher).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == nameof(Specimen)).Value!;

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
            _output.Enqueue(line);
    }

    private sealed record ResourceList(int Launcher, IReadOnlyList<Status> Resources);
}

/// <summary>A process of an application, as <c>resources.json</c> tells it.</summary>
internal sealed record Status(string Name, int Replica, string State, int? Pid, string? Url, int Restarts)
{
    public static Status None { get; } = new("none", 0, "none", null, null, 0);
}
