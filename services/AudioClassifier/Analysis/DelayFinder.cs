using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// A first look at a reference that is aligned to a recording to within ± 30 ms: whether the two share a delay, and which. Takes every
/// second frame of <see cref="PhaseSpectra"/>. Not thread-safe; its buffers are used again.
/// </summary>
/// <remarks>
/// The cross spectra of all frames are summed up to the line's transfer function, whose impulse response has its energy within a few
/// milliseconds if it is one. For other speech nothing adds up, and the energy lies all over.
/// </remarks>
public sealed class DelayFinder
{
    // From one frame of the recording that is looked at to the next.
    private const int HopFrames = 2;

    private const int Bins = PhaseSpectra.Bins;
    private const int Lanes = FrameFft.Lanes;
    private const int MostDelay = 240;
    private const int DelayStep = 2;
    private const int Half = MostDelay / DelayStep;

    // Delays of either sign side by side, in whole vectors.
    private const int Columns = (Half + Lanes) / Lanes;

    // An impulse response of 4 ms has its delay in the middle; nearly all of its energy is within 1.75 ms.
    private const int Spread = 16 / DelayStep;
    private const int Core = 6 / DelayStep;

    private static readonly VectorBuffer Cos = Table(Math.Cos);
    private static readonly VectorBuffer Sin = Table(Math.Sin);

    private readonly FrameFft _fft = new(PhaseSpectra.FrameSamples, HopFrames * PhaseSpectra.HopSamples);
    private readonly VectorBuffer _sumRe = new(Bins * Lanes);
    private readonly VectorBuffer _sumIm = new(Bins * Lanes);
    private readonly VectorBuffer _magnitude = new(Bins * Lanes);
    private readonly float[] _re = new float[Bins];
    private readonly float[] _im = new float[Bins];
    private readonly float[] _energy = new float[(2 * Half) + 1];

    /// <summary>Looks.</summary>
    /// <param name="recording">Spectra of the recording.</param>
    /// <param name="first">Its frame that lies on the first of the reference.</param>
    /// <param name="reference">Samples of the reference.</param>
    /// <param name="start">The sample where its first frame begins; may be negative.</param>
    /// <param name="mute">By frame of the recording: where it says nothing.</param>
    /// <param name="frames">How many of its frames the reference lies along.</param>
    /// <returns>
    /// Samples by which the recording comes later than assumed, −240 to 240; and by how much the energy at its densest exceeds the mean:
    /// 3 for other speech, give or take 0.6.
    /// </returns>
    public (int Delay, float Sharpness) Find(
        PhaseSpectra recording, int first, ReadOnlySpan<float> reference, int start, ReadOnlySpan<bool> mute, int frames)
    {
        _sumRe.Floats.Clear();
        _sumIm.Floats.Clear();
        _magnitude.Floats.Clear();
        for (var frame = 0; frame < frames; frame += HopFrames * Lanes)
        {
            var left = Math.Min(HopFrames * Lanes, frames - frame);
            if (!mute.Slice(first + frame, left).Contains(false))
                continue;
            _fft.Transform(reference, start + (frame * PhaseSpectra.HopSamples));
            Add(recording, first + frame, PhaseSpectra.FirstLanes((left + HopFrames - 1) / HopFrames));
        }

        for (var bin = 0; bin < Bins; bin++)
        {
            var scale = 1 / MathF.Sqrt((Vector512.Sum(_magnitude.Vectors[bin]) * HopFrames / frames) + 1e-12f);
            _re[bin] = Vector512.Sum(_sumRe.Vectors[bin]) * scale;
            _im[bin] = Vector512.Sum(_sumIm.Vectors[bin]) * scale;
        }

        Respond();
        var mean = TensorPrimitives.Sum<float>(_energy) / _energy.Length;
        return ((Densest(Spread).At - Half) * DelayStep, Densest(Core).Energy / ((mean * ((2 * Core) + 1)) + 1e-12f));
    }

    /// <summary>Where the energy within some steps to either side is highest, and that energy.</summary>
    private (int At, float Energy) Densest(int steps)
    {
        var (sum, highest, at) = (0f, 0f, Half);
        for (var i = -steps; i < _energy.Length; i++)
        {
            sum += i + steps < _energy.Length ? _energy[i + steps] : 0;
            sum -= i - steps > 0 ? _energy[i - steps - 1] : 0;
            if (i >= 0 && sum > highest)
                (highest, at) = (sum, i);
        }

        return (at, highest);
    }

    /// <summary>Adds the cross spectra of sixteen frames.</summary>
    private void Add(PhaseSpectra recording, int first, Vector512<float> mask)
    {
        ReadOnlySpan<Vector512<float>> re = _fft.Re.Slice(PhaseSpectra.FirstBin, Bins), im = _fft.Im.Slice(PhaseSpectra.FirstBin, Bins);
        Span<Vector512<float>> sumRe = _sumRe.Vectors, sumIm = _sumIm.Vectors, magnitude = _magnitude.Vectors;
        for (var bin = 0; bin < Bins; bin++)
        {
            var (r, i, _) = PhaseSpectra.Compress(re[bin], im[bin], mask);
            var (x, y) = (EverySecond(recording.Re(bin)[first..]), EverySecond(recording.Im(bin)[first..]));
            sumRe[bin] += (x * r) + (y * i);
            sumIm[bin] += (y * r) - (x * i);
            magnitude[bin] += (r * r) + (i * i);
        }
    }

    /// <summary>Sixteen of 32 values: the lower halves of pairs.</summary>
    private static Vector512<float> EverySecond(ReadOnlySpan<float> values) => Vector512.Narrow(
        Vector512.Create<float>(values).AsUInt64(), Vector512.Create<float>(values[Lanes..]).AsUInt64()).AsSingle();

    /// <summary>The energy of the impulse response at each delay.</summary>
    private void Respond()
    {
        Span<float> later = stackalloc float[Lanes];
        Span<float> earlier = stackalloc float[Lanes];
        for (var column = 0; column < Columns; column++)
        {
            ReadOnlySpan<Vector512<float>> cos = Cos.Vectors.Slice(column * Bins, Bins), sin = Sin.Vectors.Slice(column * Bins, Bins);
            Vector512<float> reCos = default, imSin = default, reSin = default, imCos = default;
            for (var bin = 0; bin < Bins; bin++)
            {
                var (re, im) = (Vector512.Create(_re[bin]), Vector512.Create(_im[bin]));
                reCos = Vector512.MultiplyAddEstimate(re, cos[bin], reCos);
                imSin = Vector512.MultiplyAddEstimate(im, sin[bin], imSin);
                reSin = Vector512.MultiplyAddEstimate(re, sin[bin], reSin);
                imCos = Vector512.MultiplyAddEstimate(im, cos[bin], imCos);
            }

            (((reCos - imSin) * (reCos - imSin)) + ((reSin + imCos) * (reSin + imCos))).CopyTo(later);
            (((reCos + imSin) * (reCos + imSin)) + ((imCos - reSin) * (imCos - reSin))).CopyTo(earlier);
            for (var i = 0; i < Lanes && (column * Lanes) + i <= Half; i++)
            {
                _energy[Half + (column * Lanes) + i] = later[i];
                _energy[Half - (column * Lanes) - i] = earlier[i];
            }
        }
    }

    /// <summary>By column of sixteen delays, bin and delay.</summary>
    private static VectorBuffer Table(Func<double, double> function)
    {
        var table = new VectorBuffer(Columns * Bins * Lanes);
        for (var i = 0; i < table.Length; i++)
        {
            var delay = ((i / (Bins * Lanes) * Lanes) + (i % Lanes)) * DelayStep;
            table.Floats[i] = (float)function(2 * Math.PI * (PhaseSpectra.FirstBin + (i / Lanes % Bins)) * delay / PhaseSpectra.FrameSamples);
        }

        return table;
    }
}
