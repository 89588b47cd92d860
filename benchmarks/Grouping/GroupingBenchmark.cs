using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.Benchmarks.Accuracy;
using EmptyNumber.Benchmarks.Measuring;

namespace EmptyNumber.Benchmarks.Grouping;

/// <summary>The subject <c>grouping</c>: many unknown recordings of some hundred announcements, grouped one after another as the service does.</summary>
internal static class GroupingBenchmark
{
    private const int Announcements = 500;
    private const int Recordings = 100_000;
    private static readonly int[] Marks = [1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000];

    public static async Task RunAsync(BenchOptions options, Report report, CancellationToken cancellationToken)
    {
        using var scratch = new Scratch();
        var corpus = options.Corpora.Count > 0
            ? new Corpus(options.Corpora[0])
            : await MakeAsync(options, scratch.Folder("corpus"), report, cancellationToken);
        float[][] samples = [.. AnnouncementPack.ReadTable(corpus.Library).Select(announcement => announcement.Samples)];
        if (samples.Length <= Announcements)
            throw new InvalidDataException($"{corpus.Library} has {samples.Length} announcements: more than {Announcements} are wanted.");

        var run = new GroupingRun(new Calls(samples[..Announcements], samples[Announcements..]), cancellationToken);
        var all = options.Size(Recordings);
        report.Progress($"Grouping {all:#,0} recordings of {Announcements} announcements.");
        foreach (var mark in Marks.Where(mark => mark <= all))
            report.Progress($"{mark,7:#,0}: {run.To(mark)}");
        var last = run.Again();
        report.Progress($"those alone, compared again: {last}");

        var (first, full) = (run.Steps[0].MsEach, run.Steps[^2].MsEach);
        var each = (double)last.Shared / last.Announcements;
        report.Add(new Line("purity", "", "", $"{last.Purity:0.00 %}", "≥ 99 %", last.Purity >= 0.99));
        report.Add(new Line("groups of 2 or more an announcement", $"{last.Shared}", $"{last.Announcements}", $"{each:0.000}", "≤ 1.2", each <= 1.2));
        report.Add(new Line("all groups an announcement", $"{last.Shared + last.Alone}", $"{Announcements}", $"{(double)(last.Shared + last.Alone) / Announcements:0.000}", "", null));
        report.Add(new Line("recordings in a group of 2 or more", "", "", $"{last.InGroups / (double)all:0.0 %}", "", null));
        report.Add(new Line("a recording, at last and at first", $"{full:0.00} ms", $"{first:0.00} ms", $"{full / first:0.00} ×", "", null));
    }

    private static Task<Corpus> MakeAsync(BenchOptions options, string folder, Report report, CancellationToken cancellationToken)
    {
        report.Progress("Making the announcements.");
        return Corpus.MakeAsync(options.Tool, folder, ["--distractors", $"{Announcements}", "--clips", "20"], cancellationToken);
    }
}
