using System.Numerics.Tensors;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// Finds the special information tones (ITU-T E.180): 950, 1400 and 1800 ± 50 Hz in turn, 330 ± 70 ms each, at most 30 ms between them.
/// </summary>
/// <remarks>
/// A tone of the right frequency that holds still for a moment is nothing: vowels and music have such. Three that rise in their turn, each
/// silent while the others sound, come from nothing else; so each may be as weak as what surrounds it.
/// </remarks>
public static class SpecialInformation
{
    private const int Tones = 3;
    private const double FrameS = (double)Spectrogram.HopSamples / Recording.RateHz;
    private const double ToleranceHz = 50 + 6;

    // From one tone to the next: 260 to 430 ms and a frame.
    private const int LeastStep = 26;
    private const int MostStep = 44;

    // The edges of a tone belong to no frame as a whole.
    private const int EdgeFrames = 4;

    // What a tone is held against, to either side of its peak: 62 Hz of 250 Hz. It holds its frequency from one frame to the next that shares
    // next to no samples with it.
    private const int PeakBins = 2;
    private const int AroundBins = 8;
    private const float LeastPurity = 0.5f;
    private const float LeastShareOfAll = 0.01f;
    private const float LeastPower = 1e-3f;
    private const int ApartFrames = 3;
    private const float MostWanderHz = 12;

    // Of the tones' frames; more where the recording joins within the first.
    private const float LeastShare = 0.4f;
    private const float LeastShareOfRest = 0.75f;

    private static readonly double[] Hz = [950, 1400, 1800];

    /// <summary>Finds them.</summary>
    /// <param name="spectrogram">The recording.</param>
    /// <returns>The surest place; null where there is none.</returns>
    public static ToneHeard? Find(Spectrogram spectrogram)
    {
        var frames = spectrogram.Frames;
        using var counts = new Rented<int>(Tones * (frames + 1));
        for (var tone = 0; tone < Tones; tone++)
        {
            var upTo = Of(counts.Span, tone, frames);
            CountSteady(spectrogram, Hz[tone], upTo);
            if (tone > 0 && upTo[frames] < LeastShare * (LeastStep - EdgeFrames))
                return null;
        }

        var (most, at, step) = (0f, 0, 0);
        for (var apart = LeastStep; apart <= MostStep; apart++)
        {
            for (var start = EdgeFrames - apart; start + (Tones * apart) - EdgeFrames <= frames; start++)
            {
                var share = Share(counts.Span, frames, start, apart);
                if (share >= (start < 0 ? LeastShareOfRest : LeastShare) && share > most)
                    (most, at, step) = (share, start, apart);
            }
        }

        return most == 0 ? null : new ToneHeard(Tone.Sit, Math.Max(0, at) * FrameS, (at + (Tones * step)) * FrameS);
    }

    /// <summary>
    /// The least share of frames in which a tone sounds in its turn, less the share in which it sounds in another's: the mean of the three, for
    /// hum may have the frequency of one.
    /// </summary>
    private static float Share(ReadOnlySpan<int> counts, int frames, int start, int apart)
    {
        var least = 1f;
        for (var tone = Tones - 1; tone >= 0; tone--)
        {
            least = Math.Min(least, ShareIn(start + (tone * apart), apart, Of(counts, tone, frames)) ?? 1);
            if (least < LeastShare)
                return 0;
        }

        var others = 0f;
        for (var tone = 0; tone < Tones; tone++)
        {
            var most = 0f;
            for (var turn = 0; turn < Tones; turn++)
                most = turn == tone ? most : Math.Max(most, ShareIn(start + (turn * apart), apart, Of(counts, tone, frames)) ?? 0);
            others += most / Tones;
        }

        return least - others;
    }

    /// <summary>The share of frames in one turn in which a tone sounds; null where that lies before the recording.</summary>
    private static float? ShareIn(int start, int apart, ReadOnlySpan<int> upTo)
    {
        var (from, end) = (Math.Max(0, start), start + apart - EdgeFrames);
        return end > from ? (float)(upTo[end] - upTo[from]) / (end - from) : null;
    }

    /// <summary>Counts the frames, up to each, in which something about one frequency sounds and holds still.</summary>
    private static void CountSteady(Spectrogram spectrogram, double hz, Span<int> upTo)
    {
        using var heard = new Rented<float>(spectrogram.Frames);
        var peaks = heard.Span;
        var first = (int)Math.Floor((hz - ToleranceHz) / Spectrogram.BinHz);
        var last = (int)Math.Ceiling((hz + ToleranceHz) / Spectrogram.BinHz);
        for (var frame = 0; frame < peaks.Length; frame++)
        {
            var peak = Peak(spectrogram[frame], first, last);
            peaks[frame] = Math.Abs(peak - hz) <= ToleranceHz ? peak : float.NaN;
        }

        upTo[0] = 0;
        for (var frame = 0; frame < peaks.Length; frame++)
        {
            var steady = (frame >= ApartFrames && Math.Abs(peaks[frame] - peaks[frame - ApartFrames]) <= MostWanderHz)
                || (frame + ApartFrames < peaks.Length && Math.Abs(peaks[frame] - peaks[frame + ApartFrames]) <= MostWanderHz);
            upTo[frame + 1] = upTo[frame] + (steady ? 1 : 0);
        }
    }

    /// <summary>The frequency of the highest bin of some, where it stands out of what is around it; otherwise not a number.</summary>
    private static float Peak(ReadOnlySpan<float> power, int first, int last)
    {
        var bin = first;
        for (var i = first + 1; i <= last; i++)
            bin = power[i] > power[bin] ? i : bin;
        if (power[bin] < power[bin - 1] || power[bin] < power[bin + 1])
            return float.NaN;
        var tone = TensorPrimitives.Sum(power.Slice(bin - PeakBins, (2 * PeakBins) + 1));
        return tone >= LeastPower
            && tone >= LeastPurity * TensorPrimitives.Sum(power.Slice(bin - AroundBins, (2 * AroundBins) + 1))
            && tone >= LeastShareOfAll * TensorPrimitives.Sum(power)
                ? Spectrogram.PeakHz(power, bin)
                : float.NaN;
    }

    private static Span<int> Of(Span<int> counts, int tone, int frames) => counts.Slice(tone * (frames + 1), frames + 1);

    private static ReadOnlySpan<int> Of(ReadOnlySpan<int> counts, int tone, int frames) => counts.Slice(tone * (frames + 1), frames + 1);
}
