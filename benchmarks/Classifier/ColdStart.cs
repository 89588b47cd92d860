using System.Diagnostics;
using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.Benchmarks.Accuracy;
using EmptyNumber.Benchmarks.Measuring;

namespace EmptyNumber.Benchmarks.Classifier;

/// <summary>The verb <c>evaluate</c> as a process of its own: from its start until the first recording is analysed, and the memory that it takes.</summary>
internal static class ColdStart
{
    private const double MostSeconds = 5;
    private const double MostMegabytes = 200;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Measures it against so many references.</summary>
    public static async Task ReportAsync(Corpus corpus, int references, int repetitions, Report report, CancellationToken cancellationToken)
    {
        report.Progress($"Starting from cold with {references} references.");
        using var scratch = new Scratch();
        var folder = Directory.CreateDirectory(scratch.Folder("small")).FullName;
        foreach (var part in new[] { "library", "clips" })
            Directory.CreateSymbolicLink(Path.Combine(folder, part), Path.GetFullPath(Path.Combine(corpus.Folder, part)));
        var small = new Corpus(folder);
        await File.WriteAllLinesAsync(small.Library, File.ReadLines(corpus.Library).Take(references + 1), cancellationToken);
        await File.WriteAllLinesAsync(small.Calls, File.ReadLines(corpus.Calls).Take(2), cancellationToken);

        var (seconds, megabytes) = (new List<double>(), new List<double>());
        for (var i = 0; i < repetitions; i++)
        {
            var began = Stopwatch.GetTimestamp();
            megabytes.Add(await PeakAsync(small, Path.Combine(folder, "verdicts.csv"), cancellationToken));
            seconds.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }

        var (start, peak) = (seconds.Order().ElementAt(repetitions / 2), megabytes.Order().ElementAt(repetitions / 2));
        report.Add(new Line($"cold start, {references}", $"{start:0.00} s", "", $"{start:0.00} s", $"≤ {MostSeconds:0} s", start <= MostSeconds));
        report.Add(new Line($"most memory, {references}", $"{peak:0} MB", "", $"{peak:0} MB", $"≤ {MostMegabytes:0} MB", peak <= MostMegabytes));
    }

    /// <summary>The most memory that the process has had resident, in MB, programs and libraries included.</summary>
    private static async Task<double> PeakAsync(Corpus corpus, string output, CancellationToken cancellationToken)
    {
        var program = typeof(CallAnalyzer).Assembly.Location;
        var start = new ProcessStartInfo("dotnet", [program, "evaluate", "--library", corpus.Library, "--clips", corpus.Calls, "--out", output]) { RedirectStandardOutput = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("dotnet can't be started");
        var said = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var ended = process.WaitForExitAsync(cancellationToken);
        var peak = 0L;
        while (!ended.IsCompleted)
        {
            peak = Math.Max(peak, Peak(process.Id));
            await Task.WhenAny(ended, Task.Delay(Pause, cancellationToken));
        }

        await ended;
        return process.ExitCode == 0 ? peak / 1024.0 : throw new InvalidOperationException($"evaluate ended with {process.ExitCode}: {await said}");
    }

    /// <summary>In kB; 0 where the process has ended meanwhile.</summary>
    private static long Peak(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
