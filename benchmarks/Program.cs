using System.Runtime.InteropServices;
using EmptyNumber.Benchmarks;
using EmptyNumber.Benchmarks.Detection;
using EmptyNumber.Benchmarks.Measuring;
using EmptyNumber.WholeSuite;
using Spectre.Console;

if (!BenchOptions.TryParse(args, out var options, out var exitCode))
    return exitCode;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect });
try
{
    var machine = await Machine.DescribeAsync();
    console.WriteLine("Starting the suite.");
    await using var suite = await Suite.StartAsync("--lines 0", DetectionBenchmark.Environment, stop.Token);
    var report = new Report(console);
    await DetectionBenchmark.RunAsync(suite, options, report, stop.Token);
    report.Show(machine);
    return 0;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 130;
}

void Stop(PosixSignalContext signal)
{
    signal.Cancel = true;
    stop.Cancel();
}
