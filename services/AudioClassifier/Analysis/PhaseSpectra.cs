using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// Complex spectra of a signal for comparing waveforms: frames of 64 ms every 20 ms, 192 bins from 297 Hz to 3.28 kHz,
/// magnitudes compressed to their square root and evened out over the bins, so that every frequency has a say.
/// Not thread-safe; its buffers are used again.
/// </summary>
public sealed class PhaseSpectra
{
    /// <summary>Samples of a frame: 64 ms.</summary>
    public const int FrameSamples = 512;

    /// <summary>Samples from frame to frame: 20 ms.</summary>
    public const int HopSamples = 160;

    /// <summary>Bins kept of each frame.</summary>
    public const int Bins = 192;

    /// <summary>The first bin kept, in bins of 15.6 Hz.</summary>
    public const int FirstBin = 19;

    private readonly FrameFft _fft = new(FrameSamples);
    private readonly float[] _evened = new float[Bins];
    private float[] _re = [];
    private float[] _im = [];
    private float[] _power = [];

    /// <summary>Frames of the last signal.</summary>
    public int Frames { get; private set; }

    /// <summary>Real parts of a frame, 192 bins.</summary>
    public ReadOnlySpan<float> Re(int frame) => _re.AsSpan(frame * Bins, Bins);

    /// <summary>Imaginary parts of a frame, 192 bins.</summary>
    public ReadOnlySpan<float> Im(int frame) => _im.AsSpan(frame * Bins, Bins);

    /// <summary>Power of a frame within the bins, before compression.</summary>
    public float Power(int frame) => _power[frame];

    /// <summary>The power that a share of the frames exceeds.</summary>
    /// <param name="share">0 to 1.</param>
    public float PowerExceededBy(double share)
    {
        var sorted = _power[..Frames];
        Array.Sort(sorted);
        return sorted[(int)((Frames - 1) * (1 - share))];
    }

    /// <summary>Analyses a signal.</summary>
    /// <param name="samples">8 kHz; silence lies around it.</param>
    /// <param name="start">Where the first frame begins; may be negative.</param>
    /// <param name="frames">How many frames.</param>
    public void Analyse(ReadOnlySpan<float> samples, int start, int frames)
    {
        Frames = frames;
        if (_power.Length < frames)
        {
            var room = frames + FrameFft.Lanes + (frames / 4);
            (_re, _im, _power) = (new float[room * Bins], new float[room * Bins], new float[room]);
        }

        _evened.AsSpan().Clear();
        Span<float> lanes = stackalloc float[FrameFft.Lanes];
        for (var first = 0; first < frames; first += FrameFft.Lanes)
        {
            _fft.Transform(samples, start + (first * HopSamples), HopSamples);
            Store(first, Math.Min(FrameFft.Lanes, frames - first));
        }

        for (var bin = 0; bin < Bins; bin++)
            _evened[bin] = 1 / MathF.Sqrt((_evened[bin] / frames) + 1e-12f);
        for (var frame = 0; frame < frames; frame++)
        {
            Span<float> re = _re.AsSpan(frame * Bins, Bins), im = _im.AsSpan(frame * Bins, Bins);
            TensorPrimitives.Multiply(re, _evened, re);
            TensorPrimitives.Multiply(im, _evened, im);
        }
    }

    private void Store(int first, int count)
    {
        var re = MemoryMarshal.Cast<float, Vector512<float>>(_fft.Re);
        var im = MemoryMarshal.Cast<float, Vector512<float>>(_fft.Im);
        var total = Vector512<float>.Zero;
        Span<float> real = stackalloc float[FrameFft.Lanes];
        Span<float> imaginary = stackalloc float[FrameFft.Lanes];
        for (var bin = 0; bin < Bins; bin++)
        {
            var (r, i) = (re[FirstBin + bin], im[FirstBin + bin]);
            var power = (r * r) + (i * i);
            total += power;
            var magnitude = Vector512.Sqrt(power);
            var scale = Vector512<float>.One / (Vector512.Sqrt(magnitude) + Vector512.Create(1e-6f));
            (r * scale).CopyTo(real);
            (i * scale).CopyTo(imaginary);
            _evened[bin] += Vector512.Sum(magnitude);
            for (var lane = 0; lane < count; lane++)
            {
                _re[((first + lane) * Bins) + bin] = real[lane];
                _im[((first + lane) * Bins) + bin] = imaginary[lane];
            }
        }

        total.CopyTo(real);
        real[..count].CopyTo(_power.AsSpan(first));
    }
}
