using System.Numerics.Tensors;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>A pure tone that sounds without a break.</summary>
/// <param name="StartS">Begin, in seconds.</param>
/// <param name="EndS">End, in seconds.</param>
/// <param name="Hz">Its frequency.</param>
/// <param name="Power">Its power, in the units of the spectrogram.</param>
public readonly record struct ToneBurst(double StartS, double EndS, double Hz, double Power)
{
    /// <summary>Length in seconds.</summary>
    public double Seconds => EndS - StartS;
}

/// <summary>Finds pure tones between 250 and 2,250 Hz.</summary>
public static class ToneDetector
{
    private const double FrameS = (double)Spectrogram.HopSamples / Recording.RateHz;
    private const double CentreS = Spectrogram.FrameSamples / 2.0 / Recording.RateHz;

    // The band that is held against the tone: what a telephone line carries, without mains hum.
    private const int FirstBin = 7;
    private const int LastBin = 110;
    private const int FirstPeak = 8;
    private const int LastPeak = 72;

    // Share of the band's power that a tone has at 6 dB above the noise.
    private const float LeastPurity = 0.6f;

    // -62 dBm0 in the units of the spectrogram.
    private const float LeastPower = 2.5e-3f;
    private const double MostWanderHz = 20;

    // A lost packet or two do not end a tone.
    private const int MostGapFrames = 4;
    private const int LeastFrames = 4;

    private readonly record struct Peak(float Purity, float Power, float Hz);

    /// <summary>Finds the tones of a recording, in order.</summary>
    public static List<ToneBurst> Find(Spectrogram spectrogram)
    {
        using var frames = new Rented<Peak>(spectrogram.Frames);
        var peaks = frames.Span;
        for (var frame = 0; frame < peaks.Length; frame++)
            peaks[frame] = StrongestTone(spectrogram[frame]);

        var bursts = new List<ToneBurst>();
        for (var frame = 0; frame < peaks.Length;)
        {
            if (!IsPure(peaks[frame]))
            {
                frame++;
                continue;
            }

            var end = RunEnd(peaks, frame);
            AddBursts(bursts, spectrogram, peaks, frame, end);
            frame = end;
        }

        return bursts;
    }

    private static float Median(Span<float> values)
    {
        values.Sort();
        return values[values.Length / 2];
    }

    private static bool IsPure(Peak peak) => peak.Purity >= LeastPurity && peak.Power >= LeastPower;

    private static Peak StrongestTone(ReadOnlySpan<float> power)
    {
        var bin = FirstPeak + TensorPrimitives.IndexOfMax(power[FirstPeak..LastPeak]);
        var tone = TensorPrimitives.Sum(power.Slice(bin - 2, 5));
        var all = TensorPrimitives.Sum(power[FirstBin..LastBin]) + 1e-12f;
        return new Peak(tone / all, tone, Spectrogram.PeakHz(power, bin));
    }

    /// <summary>The first frame after the run of one pure tone that begins at a frame.</summary>
    private static int RunEnd(ReadOnlySpan<Peak> peaks, int start)
    {
        double hz = peaks[start].Hz;
        var (count, last) = (1, start);
        for (var frame = start + 1; frame < peaks.Length && frame - last <= MostGapFrames + 1; frame++)
        {
            if (!IsPure(peaks[frame]) || Math.Abs(peaks[frame].Hz - hz) > MostWanderHz)
                continue;
            last = frame;
            count++;
            hz += (peaks[frame].Hz - hz) / count;
        }

        return last + 1;
    }

    /// <summary>
    /// The bursts of a run. One begins and ends at half its amplitude: there its edges lie in the middle of the window. An echo between
    /// two of them does not join them.
    /// </summary>
    private static void AddBursts(List<ToneBurst> bursts, Spectrogram spectrogram, ReadOnlySpan<Peak> peaks, int start, int end)
    {
        using var frequencies = new Rented<float>(end - start);
        using var powers = new Rented<float>(end - start);
        var pure = 0;
        foreach (var peak in peaks[start..end])
        {
            if (IsPure(peak))
                (frequencies.Span[pure], powers.Span[pure++]) = (peak.Hz, peak.Power);
        }

        if (pure < LeastFrames)
            return;
        var hz = Median(frequencies.Span[..pure]);
        var power = Median(powers.Span[..pure]);
        var bin = (int)MathF.Round(hz / Spectrogram.BinHz);

        for (var first = start; first < end; first++)
        {
            if (PowerAt(first) < power / 4)
                continue;
            var last = first;
            for (var frame = first; frame < end && frame - last <= MostGapFrames + 1; frame++)
                last = PowerAt(frame) >= power / 4 ? frame : last;
            if (last + 1 - first >= LeastFrames)
                bursts.Add(new ToneBurst(first == 0 ? 0 : Edge(first), Edge(last + 1), hz, power));
            first = last + 1;
        }

        float PowerAt(int frame) => TensorPrimitives.Sum(spectrogram[frame].Slice(bin - 2, 5));

        static double Edge(int frame) => (frame * FrameS) + CentreS - (FrameS / 2);
    }
}
