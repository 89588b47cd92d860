using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.Benchmarks.Accuracy;
using EmptyNumber.Benchmarks.Measuring;
using Spectre.Console;

namespace EmptyNumber.Benchmarks.Classifier;

/// <summary>The subject <c>classifier</c>: the time and memory that the analysis of a recording takes, on one core.</summary>
internal static class ClassifierBenchmark
{
    private const int Small = 2_000;
    private const int Large = 20_000;
    private const double ClipS = 10;
    private const double ClipToleranceS = 1.5;

    public static async Task RunAsync(BenchOptions options, Report report, IAnsiConsole console, CancellationToken cancellationToken)
    {
        using var scratch = new Scratch();
        var corpus = options.Corpora.Count > 0
            ? new Corpus(options.Corpora[0])
            : await MakeAsync(options, scratch.Folder("corpus"), report, cancellationToken);
        report.Progress("Preparing the references.");
        var references = AnnouncementPack.ReadTable(corpus.Library).Select(Reference.Prepare).ToArray();
        if (references.Length < Large)
            throw new InvalidDataException($"{corpus.Library} has {references.Length} announcements: {Large} are wanted.");
        var small = AnnouncementLibrary.Of(references[..Small]);
        var large = AnnouncementLibrary.Of(references);
        var clips = corpus.Clips();

        ShowStages(clips, small, console);
        var timing = new ClipTiming([.. clips.Where(clip => Math.Abs(clip.Seconds - ClipS) <= ClipToleranceS)], options.Repetitions, cancellationToken);
        timing.Report(small, large, report);
        new ClipTiming(clips, options.Repetitions, cancellationToken).ReportAll(small, report);
        await ColdStart.ReportAsync(corpus, Small, options.Repetitions, report, cancellationToken);
    }

    private static async Task<Corpus> MakeAsync(BenchOptions options, string folder, Report report, CancellationToken cancellationToken)
    {
        report.Progress("Making the corpus.");
        string[] size = ["--distractors", $"{Large - 300}", "--clips", options.Quick ? "200" : "600"];
        return await Corpus.MakeAsync(options.Tool, folder, size, cancellationToken);
    }

    private static void ShowStages(IReadOnlyList<Clip> clips, AnnouncementLibrary library, IAnsiConsole console)
    {
        var clip = clips.Where(clip => clip.Kind == "known").MinBy(clip => Math.Abs(clip.Seconds - ClipS))!;
        Stages.Wav = File.ReadAllBytes(clip.Path);
        Stages.Library = library;
        var config = ManualConfig.CreateEmpty()
            .AddLogger(NullLogger.Instance)
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddColumnProvider(BenchmarkDotNet.Columns.DefaultColumnProviders.Instance)
            .WithOptions(ConfigOptions.DisableLogFile)
            .WithArtifactsPath(Path.GetTempPath());
        var table = new Table().Border(TableBorder.Simple).AddColumns($"stage, {clip.Seconds:0.0} s against {library.Announcements.Count} references", "median", "allocated");
        foreach (var stage in BenchmarkRunner.Run<Stages>(config).Reports)
        {
            var bytes = stage.GcStats.GetBytesAllocatedPerOperation(stage.BenchmarkCase) ?? 0;
            table.AddRow(stage.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\''), $"{stage.ResultStatistics?.Median / 1e6:0.000} ms", $"{bytes / 1024.0:0.0} KB");
        }

        console.Write(table);
    }
}
