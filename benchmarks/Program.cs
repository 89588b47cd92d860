using System.Runtime.InteropServices;
using EmptyNumber.Benchmarks;
using EmptyNumber.Benchmarks.Accuracy;
using EmptyNumber.Benchmarks.Baselines;
using EmptyNumber.Benchmarks.Classifier;
using EmptyNumber.Benchmarks.Grouping;
using EmptyNumber.Benchmarks.Measuring;
using EmptyNumber.WholeSuite;
using Spectre.Console;

if (args is [BareServer.Verb, var answers])
{
    await BareServer.ServeAsync(answers);
    return 0;
}

if (!BenchOptions.TryParse(args, out var options, out var exitCode))
    return exitCode;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect });
try
{
    switch (options.Subject)
    {
        case "classifier":
            await AnalyseAsync(report => ClassifierBenchmark.RunAsync(options, report, console, stop.Token));
            break;
        case "grouping":
            await AnalyseAsync(report => GroupingBenchmark.RunAsync(options, report, stop.Token));
            break;
        case "accuracy":
            await AccuracyBenchmark.RunAsync(options, console, stop.Token);
            break;
        case "reliability":
            await ReliabilityBenchmark.RunAsync(options, console, stop.Token);
            break;
        default:
            await MeasureSuiteAsync(Subject.Find(options.Subject)!);
            break;
    }

    return 0;
}
catch (Exception e) when (e is InvalidDataException or InvalidOperationException or IOException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}

async Task MeasureSuiteAsync(Subject subject)
{
    var machine = await Machine.DescribeAsync(withPostgres: true);
    console.WriteLine("Starting the suite.");
    await using var suite = await Suite.StartAsync("--lines 0", subject.Environment, stop.Token);
    var report = new Report(console);
    await subject.RunAsync(suite, options, report, stop.Token);
    report.Show(machine);
}

async Task AnalyseAsync(Func<Report, Task> run)
{
    var machine = await Machine.DescribeAsync(withPostgres: false);
    var report = new Report(console);
    await run(report);
    report.Show(machine);
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
