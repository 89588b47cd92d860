using System.Numerics.Tensors;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>Cuts a recording into silence, tones, speech, music and noise.</summary>
public static class Activity
{
    private const double FrameS = (double)Spectrogram.HopSamples / Recording.RateHz;
    private const int FirstBin = 7;
    private const int LastBin = 110;

    // Sound stands out of the noise floor by this, and is louder than an idle line (-62 dBm0 in the units of the spectrogram).
    private const float StandsOutDb = 8;
    private const float IdleLineDb = -26;

    // What speaks behind a call progress tone by this is no party of the call.
    private const float BehindToneDb = 8;

    // Pauses within speech, and clicks.
    private const int BridgedFrames = 35;
    private const int LeastFrames = 10;

    /// <summary>Frame power within the telephone band, in decibels of the spectrogram's unit.</summary>
    /// <param name="spectrogram">The recording.</param>
    /// <param name="levels">Takes one value a frame.</param>
    public static void LevelsDb(Spectrogram spectrogram, Span<float> levels)
    {
        for (var frame = 0; frame < levels.Length; frame++)
            levels[frame] = TensorPrimitives.Sum(spectrogram[frame][FirstBin..LastBin]) + 1e-9f;
        TensorPrimitives.Log10(levels, levels);
        TensorPrimitives.Multiply(levels, 10, levels);
    }

    /// <summary>Power of active speech in a frame: what one frame in twenty exceeds.</summary>
    /// <param name="levelsDb">A recording's <see cref="LevelsDb"/>.</param>
    public static float SpeechLevel(ReadOnlySpan<float> levelsDb)
    {
        using var sorted = Sorted(levelsDb);
        return MathF.Pow(10, sorted.Span[(int)(levelsDb.Length * 0.95)] / 10);
    }

    /// <summary>Cuts a recording into segments that touch one another.</summary>
    /// <param name="levelsDb">The recording's <see cref="LevelsDb"/>.</param>
    /// <param name="bursts">Its pure tones: those that are no call progress tones count from a quarter of a second, for vowels are pure as well.</param>
    /// <param name="tones">Its call progress tones.</param>
    /// <param name="endS">Where it ends.</param>
    public static List<AudioSegment> Segments(
        ReadOnlySpan<float> levelsDb, IReadOnlyList<ToneBurst> bursts, IReadOnlyList<ToneHeard> tones, double endS)
    {
        const double leastToneS = 0.25;
        var sounding = new List<ToneBurst>();
        var loudest = 0.0;
        foreach (var burst in bursts)
        {
            if (burst.Seconds < leastToneS && !IsOfOne(tones, burst))
                continue;
            sounding.Add(burst);
            loudest = Math.Max(loudest, burst.Power);
        }

        bursts = sounding;
        var noiseDb = tones.Count == 0 ? float.MinValue : (10 * MathF.Log10((float)loudest)) - BehindToneDb;
        using var frames = new Rented<bool>(levelsDb.Length);
        var active = frames.Span;
        FindActive(levelsDb, active);
        foreach (var burst in bursts)
            active[Frame(burst.StartS, active.Length)..Frame(burst.EndS, active.Length)].Fill(true);

        var segments = new List<AudioSegment>();
        var silentFromS = 0.0;
        for (var frame = 0; frame < active.Length;)
        {
            if (!active[frame])
            {
                frame++;
                continue;
            }

            var end = frame;
            while (end < active.Length && active[end])
                end++;
            var (startS, stopS) = (frame * FrameS, end == active.Length ? endS : end * FrameS);
            Append(segments, SegmentKind.Silence, silentFromS, startS);
            AppendSound(segments, levelsDb, bursts, noiseDb, startS, stopS);
            silentFromS = stopS;
            frame = end;
        }

        Append(segments, SegmentKind.Silence, silentFromS, endS);
        return segments;
    }

    private static bool IsOfOne(IReadOnlyList<ToneHeard> tones, ToneBurst burst)
    {
        foreach (var tone in tones)
        {
            if (burst.StartS >= tone.StartS && burst.EndS <= tone.EndS)
                return true;
        }

        return false;
    }

    private static void FindActive(ReadOnlySpan<float> levelsDb, Span<bool> active)
    {
        using var sorted = Sorted(levelsDb);
        var floor = sorted.Span[levelsDb.Length / 10];
        var top = sorted.Span[(int)(levelsDb.Length * 0.95)];

        // Where nothing stands out the whole recording sounds alike: active throughout, or idle throughout.
        var threshold = Math.Max(IdleLineDb, top - floor < StandsOutDb ? IdleLineDb : floor + Math.Min(StandsOutDb, (top - floor) * 0.6f));
        for (var frame = 0; frame < active.Length; frame++)
            active[frame] = levelsDb[frame] >= threshold;
        Bridge(active, true, BridgedFrames);
        Bridge(active, false, LeastFrames);
    }

    /// <summary>Sets runs of the other value that are shorter than a length and lie between two of this value.</summary>
    private static void Bridge(Span<bool> active, bool value, int shorterThan)
    {
        var last = value ? -1 : 0;
        for (var frame = 0; frame < active.Length; frame++)
        {
            if (active[frame] != value)
                continue;
            if (last >= 0 && frame - last <= shorterThan)
                active[last..frame].Fill(value);
            last = frame + 1;
        }

        if (!value && active.Length - last <= shorterThan)
            active[last..].Fill(value);
    }

    /// <summary>A stretch of sound: its tones, and what lies between them.</summary>
    private static void AppendSound(
        List<AudioSegment> segments, ReadOnlySpan<float> levelsDb, IReadOnlyList<ToneBurst> bursts, float noiseDb, double startS, double endS)
    {
        const double leastS = 0.3;
        var fromS = startS;
        foreach (var burst in bursts)
        {
            if (burst.EndS <= fromS || burst.StartS >= endS)
                continue;
            if (burst.StartS - fromS >= leastS)
                Append(segments, Kind(levelsDb, noiseDb, fromS, burst.StartS), fromS, burst.StartS);
            Append(segments, SegmentKind.Tone, Math.Max(fromS, burst.StartS), Math.Min(burst.EndS, endS));
            fromS = burst.EndS;
        }

        if (endS - fromS >= leastS || fromS == startS)
            Append(segments, Kind(levelsDb, noiseDb, fromS, endS), fromS, endS);
    }

    private static SegmentKind Kind(ReadOnlySpan<float> levelsDb, float noiseDb, double startS, double endS)
    {
        var (first, last) = (Frame(startS, levelsDb.Length), Frame(endS, levelsDb.Length));
        if (last - first < 2)
            return SegmentKind.Noise;
        using var sorted = Sorted(levelsDb[first..last]);
        var levels = sorted.Span;
        var loud = levels[(int)(levels.Length * 0.9)];
        if (loud - levels[levels.Length / 10] < 5 || MeanDb(levels) < noiseDb)
            return SegmentKind.Noise;

        // Speech falls silent between its syllables several times a second; music holds on.
        var quiet = levels.BinarySearch(loud - 14);
        quiet = quiet < 0 ? ~quiet : quiet;
        return quiet >= levels.Length * 0.18 ? SegmentKind.Speech : SegmentKind.Music;
    }

    private static float MeanDb(ReadOnlySpan<float> levelsDb)
    {
        var sum = 0f;
        foreach (var level in levelsDb)
            sum += MathF.Pow(10, level / 10);
        return 10 * MathF.Log10(sum / levelsDb.Length);
    }

    private static Rented<float> Sorted(ReadOnlySpan<float> values)
    {
        var sorted = new Rented<float>(values.Length);
        values.CopyTo(sorted.Span);
        sorted.Span.Sort();
        return sorted;
    }

    private static void Append(List<AudioSegment> segments, SegmentKind kind, double startS, double endS)
    {
        if (endS - startS < 1e-6)
            return;
        if (segments.Count > 0 && segments[^1].Kind == kind)
            segments[^1] = segments[^1] with { EndS = endS };
        else
            segments.Add(new AudioSegment(kind, segments.Count == 0 ? startS : segments[^1].EndS, endS));
    }

    /// <summary>The frame of the spectrogram in which a moment lies.</summary>
    internal static int Frame(double seconds, int frames) => Math.Clamp((int)(seconds / FrameS), 0, frames);
}
