using System.Text;
using Spectre.Console;

namespace EmptyNumber.Benchmarks.Accuracy;

/// <summary>
/// The subject <c>reliability</c>: whether announcements are right as often as their confidence says, where the system is asked for every one, however
/// unsure. Written to docs/accuracy.md.
/// </summary>
internal static class ReliabilityBenchmark
{
    private const int ExcerptsOfCall = 20;
    private const double Z = 1.96;

    /// <summary>The first seed by which nothing of the confidences was chosen.</summary>
    private const int FirstUnseen = 23;

    private static readonly double[] Edges = [0, 0.5, 0.7, 0.8, 0.88, 0.92, 0.95, 0.97, 0.98, 0.99, 0.995, 1];

    private static readonly double[] Thresholds = [0.5, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99];

    public static async Task RunAsync(BenchOptions options, IAnsiConsole console, CancellationToken cancellationToken)
    {
        using var scratch = new Scratch();
        var names = new List<string>();
        var (clips, trials) = (new List<Clip>(), new List<Trial>());
        foreach (var (name, corpus) in await Corpus.WantedAsync(options, options.Fit ? 1 : FirstUnseen, scratch, console, cancellationToken))
        {
            console.WriteLine($"Analysing {name}.");
            names.Add(name);
            clips.AddRange(corpus.Clips());
            trials.AddRange(Trial.Of(corpus, options.Size(ExcerptsOfCall), cancellationToken));
        }

        if (options.Fit)
        {
            console.WriteLine($"Heard: {Weights(trials.Where(trial => !trial.Grounds.HasRival), trial => trial.Grounds.OfHeard)}");
            console.WriteLine($"Ahead: {Weights(trials.Where(trial => trial.Grounds.HasRival), trial => trial.Grounds.OfAhead)}");
            return;
        }

        var tables = $"Corpora: {string.Join(", ", names)}.\n\n" + Reliability(trials) + Environment.NewLine + Costs(clips, [.. trials.Where(trial => !trial.IsExcerpt)]);
        console.Profile.Out.Writer.WriteLine(tables);
        if (options.Document is { } document)
            await MeasuredPart.ReplaceAsync(document, options.Subject, tables, cancellationToken);
    }

    private static string Weights(IEnumerable<Trial> trials, Func<Trial, double[]> features) =>
        string.Join(", ", LogisticRegression.Fit([.. trials.Select(trial => (features(trial), trial.IsRight))]).Select(weight => $"{weight:0.000}"));

    /// <summary>How often announcements of about one confidence are right, and the expected calibration error: the mean distance of the two.</summary>
    private static string Reliability(List<Trial> trials)
    {
        var text = new StringBuilder();
        var excerpts = trials.Where(trial => trial.IsExcerpt).ToList();
        text.AppendLine("| confidence | in the mean | right, all excerpts | of less than 1 s | 1 to 3 s | 3 s and more | another announcement is like it | whole calls |");
        text.AppendLine("|---|---|---|---|---|---|---|---|");
        var error = 0.0;
        foreach (var (from, to) in Edges.Zip(Edges[1..]))
        {
            bool IsGiven(Trial trial) => trial.Confidence >= from && (trial.Confidence < to || to == 1);
            var given = excerpts.Where(IsGiven).ToList();
            error += Math.Abs(given.Sum(trial => (trial.IsRight ? 1 : 0) - trial.Confidence));
            string Of(Func<Trial, bool> isOf) => ShareOfExcerpts(excerpts.Where(trial => IsGiven(trial) && isOf(trial)));
            text.AppendLine(
                $"| {from} to {to} | {given.Select(trial => trial.Confidence).DefaultIfEmpty().Average():0.000} | {Of(_ => true)} "
                + $"| {Of(trial => trial.Seconds < 1)} | {Of(trial => trial.Seconds is >= 1 and < 3)} | {Of(trial => trial.Seconds >= 3)} "
                + $"| {Of(trial => trial.Grounds.HasRival)} | {Share.Of(trials.Where(trial => !trial.IsExcerpt && IsGiven(trial)), trial => trial.IsRight)} |");
        }

        text.AppendLine($"\nExpected calibration error of the excerpts: {100 * error / excerpts.Count:0.00} points.");
        return text.ToString();

        static string ShareOfExcerpts(IEnumerable<Trial> trials)
        {
            var calls = trials.GroupBy(trial => trial.Clip, (_, of) => (Right: of.Count(trial => trial.IsRight), All: of.Count())).ToList();
            var all = calls.Sum(call => call.All);
            if (all == 0)
                return "–";
            // Excerpts of one call are right or wrong together: calls are what varies.
            var rate = (double)calls.Sum(call => call.Right) / all;
            var half = Z * Math.Sqrt(calls.Sum(call => Math.Pow(call.Right - (rate * call.All), 2))) / all;
            return $"{100 * rate:0.0} % (± {100 * half:0.0}; {calls.Sum(call => call.Right)}/{all})";
        }
    }

    /// <summary>What asking for less or for more confidence gains and costs, in whole calls.</summary>
    private static string Costs(List<Clip> clips, List<Trial> calls)
    {
        var text = new StringBuilder();
        text.AppendLine("| least confidence | known announcements: right | wrong state | unknown accepted | spliced accepted | other calls taken for an announcement that they are not |");
        text.AppendLine("|---|---|---|---|---|---|");
        foreach (var least in Thresholds)
        {
            var given = calls.Where(trial => trial.Confidence >= least).ToList();
            string Of(Func<Clip, bool> isOf, bool isRight) =>
                new Share(given.Count(trial => isOf(trial.Clip) && trial.IsRight == isRight), clips.Count(isOf)).ToString();
            text.AppendLine(
                $"| {least} | {Of(clip => clip.Kind == "known", true)} | {Of(clip => clip.Kind == "known", false)} "
                + $"| {Of(clip => clip is { Kind: "unknown", IsSplice: false }, false)} | {Of(clip => clip.IsSplice, false)} "
                + $"| {Of(clip => clip.Kind is not ("known" or "unknown"), false)} |");
        }

        return text.ToString();
    }
}
