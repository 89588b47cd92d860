using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using EmptyNumber.Benchmarks.Measuring;

namespace EmptyNumber.Benchmarks.Suite;

/// <summary>The whole suite, started as <c>./run</c> starts it, but without simulated lines and in a data folder of its own.</summary>
internal sealed partial class RunningSuite : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan StopLimit = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly string _data;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly TaskCompletionSource<Uri> _ready = new();
    private Dictionary<string, Resource> _resources = [];

    private RunningSuite(Process process, string data)
    {
        _process = process;
        _data = data;
        _ = ReadAsync(process.StandardOutput);
        _ = ReadAsync(process.StandardError);
    }

    /// <summary>Where the gateway listens.</summary>
    public Uri Gateway { get; private set; } = null!;

    /// <summary>Who uses the processors: each server and service, and this program with the clients that it starts.</summary>
    public ProcessTable Processes { get; private set; } = null!;

    /// <summary>A folder for files, which goes with the suite.</summary>
    public string Folder => _data;

    /// <summary>Starts it, and waits until it is ready.</summary>
    /// <param name="environment">Settings of services.</param>
    /// <param name="cancellationToken">Ends the waiting, and the suite.</param>
    public static async Task<RunningSuite> StartAsync(IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var data = Directory.CreateTempSubdirectory("en-bench-").FullName;

        // PostgreSQL, which runs as a user of its own, has to pass through.
        File.SetUnixFileMode(data, File.GetUnixFileMode(data) | UnixFileMode.OtherExecute);
        var appHost = typeof(RunningSuite).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "AppHost").Value!;
        var start = new ProcessStartInfo("dotnet", [appHost, "--port", "0", "--data", data, "--no-sample", "--lines", "0"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        start.Environment.Remove("OTEL_EXPORTER_OTLP_ENDPOINT");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        var suite = new RunningSuite(Process.Start(start)!, data);
        try
        {
            suite.Gateway = await suite._ready.Task.WaitAsync(StartLimit, cancellationToken);
            suite.ReadResources();
            return suite;
        }
        catch
        {
            await suite.DisposeAsync();
            throw;
        }
    }

    /// <summary>A customer who has logged in.</summary>
    public async Task<HttpClient> LogInAsync(CancellationToken cancellationToken)
    {
        var client = Connect();
        using var response = await client.PostAsJsonAsync("/api/login/", new { username = "jackfrued", password = "123456" }, cancellationToken);
        var token = (await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken)).GetProperty("token").GetString();
        client.DefaultRequestHeaders.Add("Authorization", $"Token {token}");
        return client;
    }

    /// <summary>Somebody who has not.</summary>
    public HttpClient Connect() => new() { BaseAddress = Gateway, Timeout = TimeSpan.FromMinutes(10) };

    /// <summary>Port of a server.</summary>
    public int Port(string server) => _resources[server].Url!.Port;

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            Process.Start("kill", ["-TERM", $"{_process.Id}"]).Dispose();
        using var limit = new CancellationTokenSource(StopLimit);
        await _process.WaitForExitAsync(limit.Token);
        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private void ReadResources()
    {
        var list = JsonDocument.Parse(File.ReadAllText(Path.Combine(_data, "resources.json"))).RootElement;
        _resources = list.GetProperty("resources").Deserialize<Resource[]>(JsonSerializerOptions.Web)!
            .Where(resource => resource is { Pid: not null, Url: not null }).ToDictionary(resource => resource.Name);
        var roots = _resources.Values.ToDictionary(resource => resource.Name, resource => resource.Pid!.Value);
        roots["launcher"] = _process.Id;
        roots["benchmark"] = Environment.ProcessId;
        Processes = new ProcessTable(roots);
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            _output.Enqueue(line);
            if (ReadyLine().Match(line) is { Success: true } ready)
                _ready.TrySetResult(new Uri(ready.Groups[1].Value));
        }

        _ready.TrySetException(new InvalidOperationException("The suite did not start:\n" + string.Join('\n', _output.TakeLast(40))));
    }

    [GeneratedRegex("^Ready: (http://localhost:[0-9]+)")]
    private static partial Regex ReadyLine();

    private sealed record Resource(string Name, int? Pid, Uri? Url);
}
