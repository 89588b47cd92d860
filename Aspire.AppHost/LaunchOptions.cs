using System.CommandLine;
using System.CommandLine.Help;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace EmptyNumber.AppHost;

/// <summary>What <c>./run</c> was asked for; <c>usage.txt</c> explains each to the operator.</summary>
internal sealed record LaunchOptions
{
    private const int MisuseExitCode = 2;

    /// <summary>Port of the gateway.</summary>
    public required int Port { get; init; }

    /// <summary>Full path of the folder that holds everything.</summary>
    public required string Data { get; init; }

    /// <summary>Lines of the simulated fleet; 0 for none.</summary>
    public required int Lines { get; init; }

    /// <summary>How many times faster than life the simulated lines call.</summary>
    public required double Pace { get; init; }

    /// <summary>Processes of each service.</summary>
    public required int Replicas { get; init; }

    /// <summary>Whether the sample batch is to be detected.</summary>
    public required bool Sample { get; init; }

    /// <summary>Whether to end after the sample batch.</summary>
    public required bool Once { get; init; }

    /// <summary>Whether to show all that the children write.</summary>
    public required bool Verbose { get; init; }

    /// <summary>Where the recordings of calls are kept.</summary>
    public string Recordings => Path.Combine(Data, "recordings");

    /// <summary>Where the photos of houses are kept.</summary>
    public string Photos => Path.Combine(Data, "photos");

    /// <summary>The gateway, as a client on this machine addresses it.</summary>
    public Uri Gateway => new($"http://localhost:{Port}");

    /// <summary>The engine's part, as settings.</summary>
    public string[] ToSettings() => [$"--LocalEngine:DataFolder={Data}", $"--LocalEngine:Verbose={Verbose}"];

    /// <summary>Reads the command line.</summary>
    /// <returns>False when the program has nothing more to do than to end with <paramref name="exitCode"/>.</returns>
    public static bool TryParse(string[] args, [NotNullWhen(true)] out LaunchOptions? options, out int exitCode)
    {
        var port = NumberOption.Of("--port", 8000, 0, 65535);
        var data = new Option<string>("--data") { DefaultValueFactory = _ => DefaultData };
        var lines = NumberOption.Of("--lines", 20, 0, 1000);
        var pace = NumberOption.Of("--pace", 20d, 0.1, 1000);
        var replicas = NumberOption.Of("--replicas", 1, 1, 8);
        var noSample = new Option<bool>("--no-sample");
        var once = new Option<bool>("--once");
        var verbose = new Option<bool>("--verbose");
        var help = new HelpOption();
        var command = new Command("run") { port, data, lines, pace, replicas, noSample, once, verbose, help };
        command.Validators.Add(result =>
        {
            if (result.GetValue(once) && result.GetValue(noSample))
                result.AddError("--once ends after the sample batch, and --no-sample leaves that out: choose one.");
            if (result.GetValue(once) && result.GetResult(lines) is { Implicit: false } && result.GetValue(lines) == 0)
                result.AddError("--once needs lines that call the sample batch; --lines 0 starts none.");
            var folder = result.GetValue(data) ?? DefaultData;
            if (folder.Length == 0 || Path.GetFullPath(folder) is var full && (full.AsSpan().ContainsAny("\"'\\`$") || !System.Text.Ascii.IsValid(full)))
                result.AddError($"--data {folder}: RabbitMQ works only below a folder whose full path is of plain ASCII characters, without quotes; choose another folder.");
        });

        options = null;
        var given = command.Parse(args);
        if (given.GetResult(help) is not null)
        {
            Console.Out.Write(Usage());
            exitCode = 0;
            return false;
        }

        if (given.Errors.Count > 0)
        {
            foreach (var error in given.Errors)
                Console.Error.WriteLine(error.Message);
            Console.Error.WriteLine("./run --help lists the options.");
            exitCode = MisuseExitCode;
            return false;
        }

        exitCode = 0;
        options = new LaunchOptions
        {
            Port = given.GetValue(port) is var wanted and not 0 ? wanted : FreePorts.Take(),
            Data = Path.GetFullPath(given.GetRequiredValue(data)),
            Lines = given.GetValue(lines),
            Pace = given.GetValue(pace),
            Replicas = given.GetValue(replicas),
            Sample = !given.GetValue(noSample),
            Once = given.GetValue(once),
            Verbose = given.GetValue(verbose),
        };
        return true;
    }

    internal static string Usage()
    {
        using var text = new StreamReader(typeof(LaunchOptions).Assembly.GetManifestResourceStream("usage.txt")!);
        return text.ReadToEnd();
    }

    private static string DefaultData => Path.Combine(Repository, ".data");

    private static string Repository => Path.GetDirectoryName(typeof(LaunchOptions).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "AppHostDirectory").Value!)!;
}
