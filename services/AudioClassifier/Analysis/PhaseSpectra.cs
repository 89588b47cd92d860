using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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

    // Zeros after the frames: room for two vectors that begin at the last.
    private const int VectorsAfter = 2;

    private readonly FrameFft _fft = new(FrameSamples, HopSamples);
    private VectorBuffer _re = new(0);
    private VectorBuffer _im = new(0);
    private VectorBuffer _power = new(0);
    private int _stride;

    /// <summary>Frames of the last signal.</summary>
    public int Frames { get; private set; }

    /// <summary>Real parts of a bin by frame. 32 zeros or more follow the frames.</summary>
    public ReadOnlySpan<float> Re(int bin) => _re.Floats.Slice(bin * _stride, _stride);

    /// <summary>Imaginary parts of a bin by frame. 32 zeros or more follow the frames.</summary>
    public ReadOnlySpan<float> Im(int bin) => _im.Floats.Slice(bin * _stride, _stride);

    /// <summary>Power of each frame within the bins, before compression.</summary>
    public ReadOnlySpan<float> Power => _power.Floats[..Frames];

    /// <summary>The power that a share of the frames exceeds.</summary>
    /// <param name="share">0 to 1.</param>
    public float PowerExceededBy(double share)
    {
        using var sorted = new Rented<float>(Frames);
        Power.CopyTo(sorted.Span);
        sorted.Span.Sort();
        return sorted.Span[(int)((Frames - 1) * (1 - share))];
    }

    /// <summary>Analyses a signal.</summary>
    /// <param name="samples">8 kHz; silence lies around it.</param>
    /// <param name="start">Where the first frame begins; may be negative.</param>
    /// <param name="frames">How many frames.</param>
    public void Analyse(ReadOnlySpan<float> samples, int start, int frames)
    {
        Frames = frames;

        // An odd number of vectors, so that the bins of a frame do not fall on the same few lines of the cache.
        var vectors = (((frames + FrameFft.Lanes - 1) / FrameFft.Lanes) + VectorsAfter) | 1;
        _stride = vectors * FrameFft.Lanes;
        if (_re.Length < Bins * _stride)
            (_re, _im, _power) = (new(Bins * _stride * 3 / 2), new(Bins * _stride * 3 / 2), new(_stride * 3 / 2));
        for (var first = 0; first < frames; first += FrameFft.Lanes)
        {
            _fft.Transform(samples, start + (first * HopSamples));
            Store(first / FrameFft.Lanes, vectors, FirstLanes(frames - first));
        }

        for (var bin = 0; bin < Bins; bin++)
            Even(bin, vectors, (frames + FrameFft.Lanes - 1) / FrameFft.Lanes);
    }

    /// <summary>
    /// Silences the bins in which a tone sounds throughout, such as the mains' hum: all recordings of it are alike. Such a bin can be
    /// told from one frame to the next that shares no samples with it: its phase advances by the same angle each time. Each pair of frames
    /// has one vote, whatever its power, for speech above the tone is louder and leaves it to the pauses.
    /// </summary>
    public void MuteSteadyTones()
    {
        const float steady = 0.4f, smallest = 1e-20f;
        const int apart = (FrameSamples + HopSamples - 1) / HopSamples;
        var pairs = Frames - apart;
        for (var bin = 0; bin < Bins; bin++)
        {
            Span<float> re = _re.Floats.Slice(bin * _stride, _stride), im = _im.Floats.Slice(bin * _stride, _stride);
            Vector512<float> sumRe = default, sumIm = default;
            for (var at = 0; at < pairs; at += FrameFft.Lanes)
            {
                var (r1, i1) = (Vector512.Create<float>(re[at..]), Vector512.Create<float>(im[at..]));
                var (r2, i2) = (Vector512.Create<float>(re[(at + apart)..]), Vector512.Create<float>(im[(at + apart)..]));
                var (turnRe, turnIm) = ((r2 * r1) + (i2 * i1), (i2 * r1) - (r2 * i1));
                var unit = InverseRoot((turnRe * turnRe) + (turnIm * turnIm) + Vector512.Create(smallest));
                (sumRe, sumIm) = (sumRe + (turnRe * unit), sumIm + (turnIm * unit));
            }

            var (common, turned) = (Vector512.Sum(sumRe), Vector512.Sum(sumIm));
            if ((common * common) + (turned * turned) < steady * steady * pairs * pairs)
                continue;
            re.Clear();
            im.Clear();
        }
    }

    /// <summary>Ones in the first lanes, zero in the others.</summary>
    internal static Vector512<float> FirstLanes(int lanes) =>
        Vector512.ConditionalSelect(
            Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(lanes)).AsSingle(), Vector512<float>.One, Vector512<float>.Zero);

    /// <summary>The square root of a magnitude, with the phase of a complex number.</summary>
    /// <param name="re">Its real part.</param>
    /// <param name="im">Its imaginary part.</param>
    /// <param name="mask">What the result is multiplied by.</param>
    /// <returns>The result, and the power of the number.</returns>
    internal static (Vector512<float> Re, Vector512<float> Im, Vector512<float> Power) Compress(
        Vector512<float> re, Vector512<float> im, Vector512<float> mask)
    {
        const float smallest = 1e-20f;
        var power = ((re * re) + (im * im)) * mask;
        var magnitude = power * InverseRoot(power + Vector512.Create(smallest));
        var scale = InverseRoot(magnitude + Vector512.Create(smallest)) * mask;
        return (re * scale, im * scale, power);
    }

    /// <summary>1 / √x; to 14 bits where the processor can, which is more than the comparison can tell.</summary>
    private static Vector512<float> InverseRoot(Vector512<float> x) =>
        Avx512F.IsSupported ? Avx512F.ReciprocalSqrt14(x) : Vector512<float>.One / Vector512.Sqrt(x);

    private void Store(int at, int vectors, Vector512<float> mask)
    {
        ReadOnlySpan<Vector512<float>> re = _fft.Re.Slice(FirstBin, Bins), im = _fft.Im.Slice(FirstBin, Bins);
        Span<Vector512<float>> toRe = _re.Vectors, toIm = _im.Vectors;
        var total = Vector512<float>.Zero;
        for (var bin = 0; bin < Bins; bin++)
        {
            (toRe[(bin * vectors) + at], toIm[(bin * vectors) + at], var power) = Compress(re[bin], im[bin], mask);
            total += power;
        }

        _power.Vectors[at] = total;
    }

    /// <summary>Brings a bin's mean power to 1 and clears what follows it.</summary>
    private void Even(int bin, int vectors, int used)
    {
        Span<Vector512<float>> re = _re.Vectors.Slice(bin * vectors, vectors), im = _im.Vectors.Slice(bin * vectors, vectors);
        var sum = Vector512<float>.Zero;
        for (var i = 0; i < used; i++)
            sum += (re[i] * re[i]) + (im[i] * im[i]);
        var scale = 1 / MathF.Sqrt((Vector512.Sum(sum) / Frames) + 1e-12f);
        for (var i = 0; i < used; i++)
            (re[i], im[i]) = (re[i] * scale, im[i] * scale);
        re[used..].Clear();
        im[used..].Clear();
    }
}
