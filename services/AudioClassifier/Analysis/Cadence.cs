using System.Runtime.InteropServices;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>A call progress tone that was recognised.</summary>
/// <param name="Tone">Which.</param>
/// <param name="StartS">Begin of its first burst, in seconds.</param>
/// <param name="EndS">End of its last burst, in seconds.</param>
public readonly record struct ToneHeard(Tone Tone, double StartS, double EndS);

/// <summary>
/// Names call progress tones by frequency and cadence (GB/T 3380: 450 ± 25 Hz, cadence ± 10 %), and the special information tones.
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

    // A packet that was lost and left out.
    private const double PacketS = 0.02;

    // 8 dB; and 20 dB, by which a speech codec can overshoot at the third of three short bursts.
    private const double MostUnlike = 6.3;
    private const double MostOvershoot = 100;

    /// <summary>Names the tones of a recording, in order of their beginning.</summary>
    /// <param name="spectrogram">The recording.</param>
    /// <param name="bursts">What <see cref="ToneDetector"/> found in it.</param>
    /// <param name="endS">Where it ends.</param>
    public static List<ToneHeard> Name(Spectrogram spectrogram, IReadOnlyList<ToneBurst> bursts, double endS)
    {
        var heard = new List<ToneHeard>();
        if (SpecialInformation.Find(spectrogram) is { } sit)
            heard.Add(sit);
        var alike = new List<ToneBurst>();
        var freeS = 0.0;
        for (var first = 0; first < bursts.Count; first++)
        {
            if (!IsCallProgress(bursts[first]) || bursts[first].StartS < freeS)
                continue;
            FindAlike(bursts, first, MostOvershoot, alike);
            (Tone? Tone, int Bursts) longest = (Tone.Vacant, Vacant(CollectionsMarshal.AsSpan(alike)));
            if (longest.Bursts == 0)
            {
                FindAlike(bursts, first, MostUnlike, alike);
                longest = Longest(CollectionsMarshal.AsSpan(alike), endS);
            }

            if (longest is ({ } tone, var count))
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
    private static void FindAlike(IReadOnlyList<ToneBurst> bursts, int first, double mostLouder, List<ToneBurst> alike)
    {
        var power = bursts[first].Power;
        alike.Clear();
        for (var i = first; i < bursts.Count; i++)
        {
            if (IsCallProgress(bursts[i]) && bursts[i].Power > power / MostUnlike && bursts[i].Power < power * mostLouder)
                alike.Add(bursts[i]);
        }
    }

    /// <summary>The tone that begins with the first burst, and how many bursts belong to it.</summary>
    private static (Tone? Tone, int Bursts) Longest(ReadOnlySpan<ToneBurst> tones, double endS)
    {
        if (tones[0].Seconds >= LeastDialS)
            return (Tone.Dial, 1);
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
            && Lasts(tones[periods].Seconds, lengthS, PacketS)
            && Lasts(Pause(tones, periods), lengthS, PacketS)
            && Lasts(tones[periods + 1].StartS - tones[periods].StartS, 2 * lengthS, PacketS))
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

    private static double Pause(ReadOnlySpan<ToneBurst> tones, int i) => tones[i + 1].StartS - tones[i].EndS;

    private static bool Lasts(double seconds, double nominalS, double lostS = 0) =>
        Math.Abs(seconds - nominalS) <= (nominalS * Tolerance) + EdgeS + lostS;
}
