using System.Runtime.InteropServices;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>A call progress tone that was recognised.</summary>
/// <param name="Tone">Which.</param>
/// <param name="StartS">Begin of its first burst, in seconds.</param>
/// <param name="EndS">End of its last burst, in seconds.</param>
public readonly record struct ToneHeard(Tone Tone, double StartS, double EndS);

/// <summary>
/// Names call progress tones by frequency and cadence (GB/T 3380: 450 ± 25 Hz, cadence ± 10 %; special information tones:
/// ITU-T E.180, 950, 1400 and 1800 ± 50 Hz).
/// </summary>
public static class Cadence
{
    // Measured edges are off by a frame of 10 ms, and speech codecs cut up to 25 ms from a burst and leave the period as it is.
    private const double EdgeS = 0.03;
    private const double Tolerance = 0.1;
    private const double MeasuredHz = 6;

    // Ringing is told early: one burst and half of its pause, less what lost packets take.
    private const double LeastRingPauseS = 1.8;
    private const double LeastDialS = 1.8;

    // 8 dB.
    private const double MostUnlike = 6.3;

    private static readonly double[] SitHz = [950, 1400, 1800];

    /// <summary>Names the tones of a recording, in order of their beginning.</summary>
    /// <param name="bursts">What <see cref="ToneDetector"/> found.</param>
    /// <param name="endS">Where the recording ends.</param>
    public static List<ToneHeard> Name(IReadOnlyList<ToneBurst> bursts, double endS)
    {
        var heard = new List<ToneHeard>();
        if (Sit(bursts) is { } sit)
            heard.Add(sit);
        var alike = new List<ToneBurst>();
        var freeS = 0.0;
        for (var first = 0; first < bursts.Count; first++)
        {
            if (!IsCallProgress(bursts[first]) || bursts[first].StartS < freeS)
                continue;
            FindAlike(bursts, first, alike);
            if (Longest(CollectionsMarshal.AsSpan(alike), endS) is ({ } tone, var count))
            {
                freeS = alike[count - 1].EndS;
                heard.Add(new ToneHeard(tone, alike[0].StartS, freeS));
            }
        }

        heard.Sort((a, b) => a.StartS.CompareTo(b.StartS));
        return heard;
    }

    private static bool IsCallProgress(ToneBurst burst) => Math.Abs(burst.Hz - 450) <= 25 + MeasuredHz;

    /// <summary>A burst and those after it that are about as loud: what a voice leaves between them at 450 Hz does not break a cadence.</summary>
    private static void FindAlike(IReadOnlyList<ToneBurst> bursts, int first, List<ToneBurst> alike)
    {
        var power = bursts[first].Power;
        alike.Clear();
        for (var i = first; i < bursts.Count; i++)
        {
            if (IsCallProgress(bursts[i]) && bursts[i].Power > power / MostUnlike && bursts[i].Power < power * MostUnlike)
                alike.Add(bursts[i]);
        }
    }

    /// <summary>The tone that begins with the first burst, and how many bursts belong to it.</summary>
    private static (Tone? Tone, int Bursts) Longest(ReadOnlySpan<ToneBurst> tones, double endS)
    {
        if (tones[0].Seconds >= LeastDialS)
            return (Tone.Dial, 1);
        if (Vacant(tones) is > 0 and var vacant)
            return (Tone.Vacant, vacant);
        if (Even(tones, 0.35) is > 0 and var busy)
            return (Tone.Busy, busy);
        if (Even(tones, 0.7) is > 0 and var congestion)
            return (Tone.Congestion, congestion);
        if (Ringback(tones, endS) is > 0 and var ringback)
            return (Tone.Ringback, ringback);
        return (null, 0);
    }

    /// <summary>Bursts and pauses of one length: two whole periods at least, the first burst may be cut.</summary>
    private static int Even(ReadOnlySpan<ToneBurst> tones, double lengthS)
    {
        var periods = 0;
        while (periods + 1 < tones.Length
            && Lasts(tones[periods].Seconds, lengthS)
            && Lasts(Pause(tones, periods), lengthS)
            && Math.Abs(tones[periods + 1].StartS - tones[periods].StartS - (2 * lengthS)) <= (2 * lengthS * Tolerance) + EdgeS)
        {
            periods++;
        }

        return periods >= 2 ? periods + 1 : 0;
    }

    /// <summary>Groups of three short bursts and a long one: a whole group at least, or two that have lost a burst.</summary>
    private static int Vacant(ReadOnlySpan<ToneBurst> tones)
    {
        const double shortS = 0.1, longS = 0.4;
        var (at, groups, whole) = (0, 0, false);
        while (at < tones.Length)
        {
            var shorts = 0;
            while (at + shorts + 1 < tones.Length && Lasts(tones[at + shorts].Seconds, shortS) && Lasts(Pause(tones, at + shorts), shortS))
                shorts++;
            if (shorts is < 2 or > 3 || !Lasts(tones[at + shorts].Seconds, longS))
                break;
            whole |= shorts == 3;
            groups++;
            at += shorts + 1;
            if (at < tones.Length && !Lasts(Pause(tones, at - 1), longS))
                break;
        }

        return whole || groups >= 2 ? at : 0;
    }

    /// <summary>Bursts of a second, each followed by its long pause; whatever else sounds once a burst's pause is long enough ends the ringing.</summary>
    private static int Ringback(ReadOnlySpan<ToneBurst> tones, double endS)
    {
        const double onS = 1, offS = 4;
        for (var count = 0; count < tones.Length; count++)
        {
            if (!Lasts(tones[count].Seconds, onS))
                return count;
            var last = count + 1 == tones.Length;
            var pause = last ? endS - tones[count].EndS : Pause(tones, count);
            if (last || !Lasts(tones[count + 1].Seconds, onS) || pause > (offS * (1 + Tolerance)) + EdgeS)
                return pause >= LeastRingPauseS ? count + 1 : count;
            if (pause < (offS * (1 - Tolerance)) - EdgeS)
                return count;
        }

        return tones.Length;
    }

    /// <summary>
    /// Three tones of rising frequency, a third of a second each, one after another: two of them at least, in their places.
    /// </summary>
    private static ToneHeard? Sit(IReadOnlyList<ToneBurst> bursts)
    {
        const double stepS = 0.36;
        for (var i = 0; i < bursts.Count; i++)
        {
            var order = SitOrder(bursts[i]);
            for (var j = i + 1; order >= 0 && j < bursts.Count && bursts[j].StartS - bursts[i].StartS < 3 * stepS; j++)
            {
                var steps = SitOrder(bursts[j]) - order;
                var apartS = (bursts[i].EndS + bursts[i].StartS - bursts[j].EndS - bursts[j].StartS) / -2;
                if (steps > 0 && bursts[i].Seconds + bursts[j].Seconds >= 0.2 && Math.Abs(apartS - (steps * stepS)) < 0.12 * steps)
                    return new ToneHeard(Tone.Sit, bursts[i].StartS, bursts[j].EndS);
            }
        }

        return null;
    }

    /// <summary>Place of a burst within the special information tones, −1 where it has none.</summary>
    private static int SitOrder(ToneBurst burst)
    {
        if (burst.Seconds is < 0.08 or > 0.5)
            return -1;
        for (var order = SitHz.Length - 1; order >= 0; order--)
        {
            if (Math.Abs(burst.Hz - SitHz[order]) <= 50 + MeasuredHz)
                return order;
        }

        return -1;
    }

    private static double Pause(ReadOnlySpan<ToneBurst> tones, int i) => tones[i + 1].StartS - tones[i].EndS;

    private static bool Lasts(double seconds, double nominalS) => Math.Abs(seconds - nominalS) <= (nominalS * Tolerance) + EdgeS;
}
