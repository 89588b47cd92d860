using System.Diagnostics;
using EmptyNumber.AppHost.LocalEngine.Processes;
using EmptyNumber.AppHost.LocalEngine.Servers;

namespace EmptyNumber.TestSupport;

/// <summary>A private server that speaks as S3 does: s3rver, from npm, installed on first use into the user's cache folder.</summary>
public sealed class LocalS3 : LocalServer
{
    /// <summary>The access key and the secret key that it knows.</summary>
    public const string Key = "S3RVER";

    private const string Package = "s3rver";
    private const string Version = "3.7.1";

    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(3);

    private static readonly string Installed = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile, Environment.SpecialFolderOption.DoNotVerify),
        ".cache", "emptynumber", $"{Package}-{Version}");

    private readonly string _buckets;

    private LocalS3(string folder)
        : base("S3", folder, output: null, "s3") => _buckets = Path.Combine(folder, "buckets");

    /// <summary>Where it listens.</summary>
    public string Endpoint => $"http://127.0.0.1:{Port}";

    /// <summary>Starts one and returns when it answers.</summary>
    public static async Task<LocalS3> StartAsync(string folder)
    {
        var server = new LocalS3(folder);
        await server.StartAsync();
        return server;
    }

    /// <summary>An empty bucket of its own for the caller.</summary>
    /// <returns>Its name.</returns>
    public string NewBucket()
    {
        var name = $"bucket-{Guid.NewGuid():n}";
        Directory.CreateDirectory(Path.Combine(_buckets, name));
        return name;
    }

    private protected override async Task PrepareAsync(CancellationToken ct)
    {
        await base.PrepareAsync(ct);
        Directory.CreateDirectory(_buckets);
        if (!Directory.Exists(Installed))
            await InstallAsync(ct);
    }

    private protected override ChildCommand CreateCommand() => new(
        Programs.Find("node", "nodejs"),
        // It makes the tokens of long lists by DES.
        "--openssl-legacy-provider",
        Path.Combine(Installed, "node_modules", Package, "bin", "s3rver.js"),
        "--directory", _buckets, "--address", "127.0.0.1", "--port", $"{Port}", "--silent");

    private protected override Task<bool> IsReadyAsync(CancellationToken ct) =>
        AnswersAsync("HEAD / HTTP/1.1\r\nHost: s3\r\n\r\n"u8.ToArray(), "HTTP/1.1 "u8.ToArray(), ct);

    /// <summary>Beside its place first: test projects may install it at once, and one that is killed leaves no half.</summary>
    private static async Task InstallAsync(CancellationToken ct)
    {
        var unfinished = $"{Installed}.{Guid.NewGuid():n}";
        Directory.CreateDirectory(unfinished);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(InstallLimit);
        using var npm = Process.Start(
            Programs.Find("npm", "npm"),
            ["install", "--prefix", unfinished, "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", $"{Package}@{Version}"]);
        await npm.WaitForExitAsync(limit.Token);
        npm.ExitCode.ShouldBe(0, $"npm install {Package}@{Version}");
        try
        {
            Directory.Move(unfinished, Installed);
        }
        catch (IOException) when (Directory.Exists(Installed))
        {
            Directory.Delete(unfinished, recursive: true);
        }
    }
}
