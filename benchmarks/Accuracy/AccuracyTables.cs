using System.Text;

namespace EmptyNumber.Benchmarks.Accuracy;

/// <summary>The figures of docs/accuracy.md, as Markdown: a column for each corpus.</summary>
/// <param name="names">What the corpora are called.</param>
/// <param name="corpora">What was said of their calls.</param>
internal sealed class AccuracyTables(IReadOnlyList<string> names, IReadOnlyList<IReadOnlyList<Outcome>> corpora)
{
    private static readonly string[] Clear = ["clean", "20", "10"];
    private static readonly double[] ConfidenceEdges = [0, 0.6, 0.8, 0.88, 0.92, 0.96, 0.98, 0.99, 0.995, 1.001];

    private readonly StringBuilder _text = new();

    /// <summary>All tables.</summary>
    public string Write()
    {
        Measures();
        By("speech heard, s", clip => clip.SpeechS, ["1.0", "1.5", "2.5", "5.0", "full"]);
        By("signal to noise, dB", clip => clip.SnrDb, ["clean", "20", "10", "5", "0"]);
        By("noise", clip => clip.Noise.Length == 0 ? "none" : clip.Noise, null);
        By("codec", clip => clip.Codec, null);
        By("line", clip => clip.Line, null);
        By("packets lost, %", clip => clip.LossPercent, null);
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
        Row("in service called vacant", "≤ 0.02 %", o => o.Clip.State == 1, o => o.State == 2);
        foreach (var tone in new[] { "dial", "ringback", "busy", "congestion", "vacant", "sit" })
            Row($"{tone} tone named", "≥ 99.5 %", o => o.Clip.Kind == "tone" && o.Clip.Tone == tone, o => o.Tone == tone);
        Row("a tone named where there is none", "", o => o.Clip.Tone.Length == 0 && o.Clip.Kind is not ("known" or "unknown"), o => o.Tone.Length > 0);
        _text.AppendLine();
    }

    private void By(string what, Func<Clip, string> key, string[]? order)
    {
        Head($"known, by {what}");
        var keys = corpora.SelectMany(outcomes => outcomes).Where(Known).Select(o => key(o.Clip)).Distinct().Order(StringComparer.Ordinal).ToList();
        if (order is not null)
            keys = [.. keys.OrderBy(k => Array.FindIndex(order, o => o.TrimEnd('0').TrimEnd('.') == k.TrimEnd('0').TrimEnd('.')))];
        foreach (var value in keys)
            Row(value, null, o => Known(o) && key(o.Clip) == value, o => o.IsRight);
        _text.AppendLine();
    }

    /// <summary>State that was right against the state that was given, over all corpora, without what was right or undecided.</summary>
    private void Confusion()
    {
        _text.AppendLine("States confused, of all calls of all corpora:\n");
        var confused = corpora.SelectMany(outcomes => outcomes).Where(o => !o.IsRight && !o.IsUndecided)
            .GroupBy(o => (o.Clip.State, o.State, o.Clip.Kind)).OrderByDescending(group => group.Count()).ToList();
        _text.AppendLine("| right | given | of | calls |\n|---|---|---|---|");
        foreach (var group in confused)
            _text.AppendLine($"| {(group.Key.Item1 == 0 ? "none" : group.Key.Item1)} | {group.Key.Item2} | {group.Key.Kind} | {group.Count()} |");
        _text.AppendLine();
    }

    private void Reliability()
    {
        Head("confidence given: right");
        for (var i = 0; i + 1 < ConfidenceEdges.Length; i++)
        {
            var (from, to) = (ConfidenceEdges[i], ConfidenceEdges[i + 1]);
            bool Within(Outcome o) => !o.IsUndecided && o.Confidence >= from && o.Confidence < to;
            if (corpora.Any(outcomes => outcomes.Any(Within)))
                Row($"{from:0.###} to {Math.Min(1, to):0.###}, {Mean(Within):0.000} in the mean", null, Within, o => o.IsRight);
        }
    }

    private double Mean(Func<Outcome, bool> isOf) => corpora.SelectMany(outcomes => outcomes).Where(isOf).Average(o => o.Confidence);

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
