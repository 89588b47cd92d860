using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// Power over time and frequency: frames of 32 ms every 10 ms, bins of 31.25 Hz. Frame i is centred at i · 10 ms + 16 ms.
/// </summary>
public sealed class Spectrogram
{
    /// <summary>Samples of a frame: 32 ms.</summary>
    public const int FrameSamples = 256;

    /// <summary>Samples from frame to frame: 10 ms.</summary>
    public const int HopSamples = 80;

    /// <summary>Frequencies of a frame.</summary>
    public const int Bins = (FrameSamples / 2) + 1;

    /// <summary>Width of a bin.</summary>
    public const float BinHz = (float)Recording.RateHz / FrameSamples;

    private readonly float[] _power;

    private Spectrogram(int frames, float[] power)
    {
        Frames = frames;
        _power = power;
    }

    /// <summary>Frames, at least 1.</summary>
    public int Frames { get; }

    /// <summary>The power spectrum of one frame, 129 bins.</summary>
    public ReadOnlySpan<float> this[int frame] => _power.AsSpan(frame * Bins, Bins);

    /// <summary>Makes the spectrogram of an 8 kHz signal.</summary>
    /// <param name="samples">The signal; shorter than a frame, it is followed by silence.</param>
    /// <param name="fft">A transform of 256.</param>
    public static Spectrogram Of(ReadOnlySpan<float> samples, FrameFft fft)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(fft.Size, FrameSamples);
        var frames = Math.Max(1, 1 + ((samples.Length - FrameSamples) / HopSamples));
        var power = new float[frames * Bins];
        Span<float> column = stackalloc float[FrameFft.Lanes];
        for (var first = 0; first < frames; first += FrameFft.Lanes)
        {
            fft.Transform(samples, first * HopSamples, HopSamples);
            var re = MemoryMarshal.Cast<float, Vector512<float>>(fft.Re);
            var im = MemoryMarshal.Cast<float, Vector512<float>>(fft.Im);
            var lanes = Math.Min(FrameFft.Lanes, frames - first);
            for (var bin = 0; bin < Bins; bin++)
            {
                ((re[bin] * re[bin]) + (im[bin] * im[bin])).CopyTo(column);
                for (var lane = 0; lane < lanes; lane++)
                    power[((first + lane) * Bins) + bin] = column[lane];
            }
        }

        return new Spectrogram(frames, power);
    }
}
