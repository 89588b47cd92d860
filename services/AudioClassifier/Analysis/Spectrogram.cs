using System.Runtime.Intrinsics;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// Power over time and frequency: frames of 32 ms every 10 ms, bins of 31.25 Hz. Frame i is centred at i · 10 ms + 16 ms.
/// Not thread-safe; its buffers are used again.
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

    private readonly FrameFft _fft = new(FrameSamples, HopSamples);
    private float[] _power = [];

    /// <summary>Frames, at least 1.</summary>
    public int Frames { get; private set; }

    /// <summary>The power spectrum of one frame, 129 bins.</summary>
    public ReadOnlySpan<float> this[int frame] => _power.AsSpan(frame * Bins, Bins);

    /// <summary>The frequency of a peak: of a parabola through the logarithms of its three highest bins.</summary>
    /// <param name="power">A frame.</param>
    /// <param name="bin">The highest of the three.</param>
    public static float PeakHz(ReadOnlySpan<float> power, int bin)
    {
        var (left, top, right) = (MathF.Log(power[bin - 1] + 1e-12f), MathF.Log(power[bin] + 1e-12f), MathF.Log(power[bin + 1] + 1e-12f));
        var curve = (2 * top) - left - right;
        var shift = curve > 1e-6f ? Math.Clamp((right - left) / (2 * curve), -0.5f, 0.5f) : 0;
        return (bin + shift) * BinHz;
    }

    /// <summary>Makes the spectrogram of an 8 kHz signal.</summary>
    /// <param name="samples">The signal; shorter than a frame, it is followed by silence.</param>
    public void Analyse(ReadOnlySpan<float> samples)
    {
        Frames = Math.Max(1, 1 + ((samples.Length - FrameSamples) / HopSamples));
        var power = Room.Of(ref _power, Frames * Bins);
        Span<float> column = stackalloc float[FrameFft.Lanes];
        for (var first = 0; first < Frames; first += FrameFft.Lanes)
        {
            _fft.Transform(samples, first * HopSamples);
            ReadOnlySpan<Vector512<float>> re = _fft.Re, im = _fft.Im;
            var lanes = Math.Min(FrameFft.Lanes, Frames - first);
            for (var bin = 0; bin < Bins; bin++)
            {
                ((re[bin] * re[bin]) + (im[bin] * im[bin])).CopyTo(column);
                for (var lane = 0; lane < lanes; lane++)
                    power[((first + lane) * Bins) + bin] = column[lane];
            }
        }
    }
}
