using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Http.Json;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using EmptyNumber.TestSupport;

namespace EmptyNumber.EndToEnd.Tests;

/// <summary>The whole suite, started as <c>./run</c> starts it, in a data folder of its own; reached through its gateway alone.</summary>
internal sealed partial class Suite : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan StopLimit = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly string _data;
    private readonly ConcurrentQueue<string> _output = new();

    private Suite(Process process, string data)
    {
        _process = process;
        _data = data;
        _ = ReadAsync(process.StandardOutput);
        _ = ReadAsync(process.StandardError);
    }

    /// <summary>Where the gateway listens.</summary>
    public Uri Gateway { get; private set; } = null!;

    /// <summary>Starts it, and waits until it is ready.</summary>
    /// <param name="arguments">As on the command line of <c>./run</c>, beside the port and the data folder.</param>
    /// <param name="environment">Variables that it gets besides those of the test.</param>
    public static async Task<Suite> StartAsync(string arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var data = Path.Combine(Path.GetTempPath(), $"en-suite-{Guid.NewGuid():N}");
        Directory.CreateDirectory(data);
        var start = new ProcessStartInfo("dotnet", [Metadata("AppHost"), "--port", "0", "--data", data, "--no-sample", .. arguments.Split(' ')])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ENVIRONMENT"] = "Development";
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;

        var suite = new Suite(Process.Start(start)!, data);
        try
        {
            await Eventually.Async(() => Task.FromResult(suite.IsReady()), suite.Tail, StartLimit);
        }
        catch
        {
            await suite.DisposeAsync();
            throw;
        }

        return suite;
    }

    /// <summary>The file at this path of the repository.</summary>
    public static string RepositoryFile(string path) => Path.Combine(Metadata("Repository"), path);

    /// <summary>A customer who has logged in.</summary>
    public async Task<HttpClient> LogInAsync(string user = "jackfrued", string password = "123456")
    {
        var client = new HttpClient { BaseAddress = Gateway };
        using var response = await client.PostAsJsonAsync("/api/login/", new { username = user, password });
        var token = (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString();
        client.DefaultRequestHeaders.Add("Authorization", $"Token {token}");
        return client;
    }

    /// <summary>Kills a process of the suite, as <c>kill -9</c> does; the launcher's list names it.</summary>
    public void Kill(string resource, int replica = 0)
    {
        var list = JsonDocument.Parse(File.ReadAllText(Path.Combine(_data, "resources.json"))).RootElement.GetProperty("resources");
        var id = list.EnumerateArray()
            .Single(entry => entry.GetProperty("name").GetString() == resource && entry.GetProperty("replica").GetInt32() == replica)
            .GetProperty("pid").GetInt32();
        using var process = Process.GetProcessById(id);
        process.Kill();
    }

    /// <summary>What it printed last.</summary>
    public string Tail() => string.Join('\n', _output.TakeLast(40));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            Process.Start("kill", ["-TERM", _process.Id.ToString()]);
        using var limit = new CancellationTokenSource(StopLimit);
        await _process.WaitForExitAsync(limit.Token);
        _process.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    private bool IsReady()
    {
        _process.HasExited.ShouldBeFalse(Tail());
        if (_output.Select(line => ReadyLine().Match(line)).FirstOrDefault(match => match.Success) is not { } ready)
            return false;
        Gateway = new Uri(ready.Groups[1].Value);
        return true;
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
            _output.Enqueue(line);
    }

    private static string Metadata(string key) => typeof(Suite).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == key).Value!;

    [GeneratedRegex("^Ready: (http://localhost:[0-9]+)")]
    private static partial Regex ReadyLine();
}
