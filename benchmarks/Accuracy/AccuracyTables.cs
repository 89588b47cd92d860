using System.Text;

namespace EmptyNumber.Benchmarks.Accuracy;

/// <summary>The figures of docs/accuracy.md, as Markdown: a column for each corpus.</summary>
/// <param name="names">What the corpora are called.</param>
/// <param name="corpora">What was said of their calls; the last holds all of them.</param>
internal sealed class AccuracyTables(IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<Outcome>> corpora)
{
    private static readonly string[] Clear = ["clean", "20", "10"];
    private static readonly double[] ConfidenceEdges = [0, 0.6, 0.8, 0.88, 0.92, 0.96, 0.98, 0.99, 0.995, 1.001];

    private readonly StringBuilder _text = new();
    private readonly IReadOnlyList<Outcome> _all = corpora[^1];

    /// <summary>All tables.</summary>
    public string Write()
    {
        Measures();
        By("speech heard, s", clip => clip.SpeechS);
        By("signal to noise, dB", clip => clip.SnrDb);
        By("noise", clip => clip.Noise.Length == 0 ? "none" : clip.Noise);
        By("codec", clip => clip.Codec, "none");
        By("line", clip => clip.Line, "flat");
        By("packets lost, %", clip => clip.LossPercent);
        Confusion();
        Reliability();
        return _text.ToString();
    }

    private void Measures()
    {
        Head("measure", "reach");
        Row("known announcements: right state", "", Known, o => o.IsRight);
        Row("… undecided", "", Known, o => o.IsUndecided);
        Row("… wrong state", "≤ 0.3 %", Known, o => !o.IsRight && !o.IsUndecided);
        Row("≥ 2.5 s of speech, clean to 10 dB", "≥ 99 %", o => Known(o) && IsLong(o) && Clear.Contains(o.Clip.SnrDb), o => o.IsRight);
        Row("1.5 s, clean to 10 dB", "≥ 97 %", o => Known(o) && IsOf(o, 1.5) && Clear.Contains(o.Clip.SnrDb), o => o.IsRight);
        Row("1.0 s, clean to 10 dB", "≥ 90 %", o => Known(o) && IsOf(o, 1) && Clear.Contains(o.Clip.SnrDb), o => o.IsRight);
        Row("≥ 2.5 s, 5 dB", "≥ 97 %", o => Known(o) && IsLong(o) && o.Clip.SnrDb == "5", o => o.IsRight);
        Row("≥ 2.5 s, 0 dB", "≥ 88 %", o => Known(o) && IsLong(o) && o.Clip.SnrDb == "0", o => o.IsRight);
        Row("unknown announcements accepted", "≤ 0.5 %", o => o.Clip is { Kind: "unknown", IsSplice: false }, o => o.IsAccepted);
        Row("spliced openings accepted", "≤ 2 %", o => o.Clip.IsSplice, o => o.IsAccepted);
        Row("music, noise, silence, answers taken for an announcement", "≤ 0.5 %", o => o.Clip.Kind is "music" or "noise" or "silence" or "answered", o => o.IsAnnouncement);
        Row("in service called vacant, of all calls", "≤ 0.02 %", _ => true, o => o.State == 2 && (o.Clip.State == 1 || o.Clip.Kind is "answered" or "music"));
        foreach (var tone in new[] { "dial", "ringback", "busy", "congestion", "vacant", "sit" })
            Row($"{tone} tone named", "≥ 99.5 %", o => o.Clip.Kind == "tone" && o.Clip.Tone == tone, o => o.Tone == tone);
        Row("a tone named where there is none", "", o => o.Clip is { Tone: "", HasRinging: false }, o => o.Tone.Length > 0);
        _text.AppendLine();
    }

    /// <summary>Known announcements, by what was done to them.</summary>
    /// <param name="what">What it is called.</param>
    /// <param name="key">What was done.</param>
    /// <param name="plain">The kind that the others may be at most 2 points worse than; null where that is not asked.</param>
    private void By(string what, Func<Clip, string> key, string? plain = null)
    {
        Head(plain is null ? [$"known, by {what}"] : [$"known, by {what}", $"reach: {plain} less 2 points"]);
        var keys = _all.Where(Known).Select(o => key(o.Clip)).Distinct()
            .OrderByDescending(value => value == plain).ThenBy(Rank).ThenBy(value => value, StringComparer.Ordinal);
        foreach (var value in keys)
        {
            var apart = 100 * (Share.Of(_all.Where(o => Known(o) && key(o.Clip) == value), o => o.IsRight).Rate
                - Share.Of(_all.Where(o => Known(o) && key(o.Clip) == plain), o => o.IsRight).Rate);
            Row(value, plain is null ? null : $"{apart:+0.0;−0.0;0.0}", o => Known(o) && key(o.Clip) == value, o => o.IsRight);
        }

        _text.AppendLine();

        // Numbers as such; what is no number, "clean" before them and "full" after.
        static double Rank(string value) =>
            value == "clean" ? double.NegativeInfinity : double.TryParse(value, out var number) ? number : double.PositiveInfinity;
    }

    /// <summary>State that was right against the state that was given, over all corpora, without what was right or undecided.</summary>
    private void Confusion()
    {
        _text.AppendLine("States confused, of all calls of all corpora:\n");
        var confused = _all.Where(o => !o.IsRight && !o.IsUndecided)
            .GroupBy(o => (Right: o.Clip.State, Given: o.State, o.Clip.Kind)).OrderByDescending(group => group.Count()).ToList();
        _text.AppendLine("| right | given | of | calls |\n|---|---|---|---|");
        foreach (var group in confused)
            _text.AppendLine($"| {(group.Key.Right == 0 ? "none" : group.Key.Right)} | {group.Key.Given} | {group.Key.Kind} | {group.Count()} |");
        _text.AppendLine();
    }

    /// <summary>How often verdicts of about one confidence are right, and the expected calibration error: the mean distance of the two.</summary>
    private void Reliability()
    {
        Head("confidence given: right");
        var error = 0.0;
        for (var i = 0; i + 1 < ConfidenceEdges.Length; i++)
        {
            var (from, to) = (ConfidenceEdges[i], ConfidenceEdges[i + 1]);
            bool Within(Outcome o) => !o.IsUndecided && o.Confidence >= from && o.Confidence < to;
            var given = _all.Where(Within).ToList();
            var mean = given.Sum(o => o.Confidence) / Math.Max(1, given.Count);
            error += Math.Abs(given.Sum(o => (o.IsRight ? 1 : 0) - mean));
            Row($"{from:0.###} to {Math.Min(1, to):0.###}{(given.Count == 0 ? "" : $", {mean:0.000} in the mean")}", null, Within, o => o.IsRight);
        }

        _text.AppendLine($"\nExpected calibration error: {100 * error / _all.Count(o => !o.IsUndecided):0.00} points.");
    }

    private void Head(params string[] columns)
    {
        _text.AppendLine($"| {string.Join(" | ", columns.Concat(names))} |");
        _text.AppendLine($"|{string.Concat(Enumerable.Repeat("---|", columns.Length + names.Count))}");
    }

    private void Row(string what, string? reach, Func<Outcome, bool> isOf, Func<Outcome, bool> isHit)
    {
        var shares = corpora.Select(outcomes => Share.Of(outcomes.Where(isOf), isHit).ToString());
        _text.AppendLine($"| {what} | {(reach is null ? "" : $"{reach} | ")}{string.Join(" | ", shares)} |");
    }

    private static bool Known(Outcome outcome) => outcome.Clip.Kind == "known";

    private static bool IsLong(Outcome outcome) => outcome.Clip.SpeechS == "full" || double.Parse(outcome.Clip.SpeechS) >= 2.5;

    private static bool IsOf(Outcome outcome, double seconds) => outcome.Clip.SpeechS != "full" && double.Parse(outcome.Clip.SpeechS) == seconds;
}
