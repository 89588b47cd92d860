using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.Benchmarks.Accuracy;
using EmptyNumber.Benchmarks.Measuring;
using EmptyNumber.Contracts;

namespace EmptyNumber.Benchmarks.Classifier;

/// <summary>Analyses recordings one after another on one thread and takes the processor time of each.</summary>
internal sealed class ClipTiming
{
    private readonly Signalling _signalling = new(null, null, null);
    private readonly CallAnalyzer _analyzer = new();
    private readonly IReadOnlyList<Clip> _clips;
    private readonly byte[][] _wavs;
    private readonly int _repetitions;
    private readonly CancellationToken _stop;

    /// <param name="clips">Which.</param>
    /// <param name="repetitions">How often each; the median counts.</param>
    /// <param name="stop">Stops it.</param>
    public ClipTiming(IReadOnlyList<Clip> clips, int repetitions, CancellationToken stop)
    {
        if (clips.Count == 0)
            throw new InvalidDataException("The corpus has no recordings of the length that is measured.");
        (_clips, _repetitions, _stop) = (clips, repetitions, stop);
        _wavs = [.. clips.Select(clip => File.ReadAllBytes(clip.Path))];
    }

    /// <summary>Recordings of one length, against both libraries.</summary>
    public void Report(AnnouncementLibrary small, AnnouncementLibrary large, Report report)
    {
        report.Progress($"Analysing {_clips.Count} recordings of about 10 s against {small.Announcements.Count} and {large.Announcements.Count} references.");
        var (few, many) = (Measure(small), Measure(large));
        var what = $"10 s against {small.Announcements.Count}";
        report.Add(new Line($"{what}, p50", Ms(Quantile(few, 0.5)), "", Ms(Quantile(few, 0.5)), "≤ 10 ms", Quantile(few, 0.5) <= 10));
        report.Add(new Line($"{what}, p99", Ms(Quantile(few, 0.99)), "", Ms(Quantile(few, 0.99)), "≤ 25 ms", Quantile(few, 0.99) <= 25));
        var ratio = many.Sum() / few.Sum();
        report.Add(new Line(
            $"against {large.Announcements.Count}", Ms(many.Average()), Ms(few.Average()), $"{ratio:0.00} ×", "≤ 4.0 ×", ratio <= 4));
    }

    /// <summary>All kinds and lengths: times real time, memory, and beside a fingerprint.</summary>
    public void ReportAll(AnnouncementLibrary library, Report report)
    {
        report.Progress($"Analysing {_clips.Count} recordings of all kinds, and making fingerprints of them.");
        var times = Measure(library);
        var speed = _clips.Sum(clip => clip.Seconds) * 1000 / times.Sum();
        report.Add(new Line("all recordings", Ms(times.Average()), "", $"{speed:0} × real time", "≥ 1,000", speed >= 1_000));
        var bytes = AllocatedBytes(library) / 1024.0 / _clips.Count;
        report.Add(new Line("allocated a recording", $"{bytes:0.0} KB", "", $"{bytes:0.0} KB", "≤ 64 KB", bytes <= 64));

        int[] taken = [.. Enumerable.Range(0, _clips.Count).Where(i => Fpcalc.Takes(_clips[i].Path))];
        string[] paths = [.. taken.Select(i => _clips[i].Path)];
        var ours = taken.Sum(i => times[i]) / taken.Length;
        var together = Median(() => (Fpcalc.Measure(paths, together: true) - Fpcalc.Measure(paths[..1], together: true)).TotalMilliseconds / (paths.Length - 1));
        var apart = Fpcalc.Measure(paths, together: false).TotalMilliseconds / paths.Length;
        report.Add(new Line("fpcalc -raw, its start left out", Ms(ours), Ms(together), $"{ours / together:0.00} ×", "≤ 1.0 ×", ours <= together));
        report.Add(new Line("fpcalc -raw, a process each", Ms(ours), Ms(apart), $"{ours / apart:0.00} ×", "", null));
    }

    /// <summary>Milliseconds of processor time of each recording.</summary>
    private double[] Measure(AnnouncementLibrary library)
    {
        foreach (var wav in _wavs)
            _analyzer.Analyze(wav, _signalling, library);
        var times = new double[_wavs.Length][];
        for (var i = 0; i < _wavs.Length; i++)
            times[i] = new double[_repetitions];
        for (var round = 0; round < _repetitions; round++)
        {
            for (var i = 0; i < _wavs.Length; i++)
            {
                _stop.ThrowIfCancellationRequested();
                var began = ThreadClock.Now();
                _analyzer.Analyze(_wavs[i], _signalling, library);
                times[i][round] = (ThreadClock.Now() - began).TotalMilliseconds;
            }
        }

        return [.. times.Select(rounds => Quantile(rounds, 0.5))];
    }

    private long AllocatedBytes(AnnouncementLibrary library)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var wav in _wavs)
            _analyzer.Analyze(wav, _signalling, library);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private double Median(Func<double> measure) => Quantile([.. Enumerable.Range(0, _repetitions).Select(_ => measure())], 0.5);

    private static double Quantile(double[] values, double share) =>
        values.Order().ElementAt(Math.Min(values.Length - 1, (int)Math.Ceiling(share * values.Length) - 1));

    private static string Ms(double milliseconds) => $"{milliseconds:0.00} ms";
}
