using System.Numerics.Tensors;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// Tells the same recording from the same words said again, through any telephone line.
/// </summary>
/// <remarks>
/// Let P(t, k) be the cross spectrum of recording and reference at frame t and bin k. If the recording is the reference through a
/// line with the transfer function H, then P(t, k) = H(k) |R(t, k)|² plus noise: its phase does not change with time. Each frame
/// is therefore held against the sum M of its neighbours within 0.4 s, but not against those that share samples with it:
/// c(t) = Re Σ P M* / (|P| |M|) over the bins. For other speech c is 0 in the mean whatever the spectra are like; the line's
/// filter, a delay of a few milliseconds and a drifting clock cancel. Not thread-safe; its buffers are used again.
/// </remarks>
public sealed class Coherence
{
    private const int Bins = PhaseSpectra.Bins;

    /// <summary>Frames on either side that a frame is held against.</summary>
    private const int Reach = 20;

    /// <summary>The nearest of them: three hops of 20 ms, the first that shares next to no samples with a frame of 64 ms.</summary>
    private const int Nearest = 3;

    private const int MostDelay = 240;
    private const int DelayStep = 2;
    private const int DelaySpread = 16;
    private static readonly float[] DelayCos = DelayTable(Math.Cos);
    private static readonly float[] DelaySin = DelayTable(Math.Sin);

    private readonly float[] _sumRe = new float[Bins];
    private readonly float[] _sumIm = new float[Bins];
    private float[] _re = [];
    private float[] _im = [];
    private float[] _energy = [];

    /// <summary>Finds the delay between two signals that are aligned to within ± 30 ms.</summary>
    /// <param name="recording">Spectra of the recording.</param>
    /// <param name="first">The recording's frame that lies on the reference's first.</param>
    /// <param name="reference">Spectra of the reference.</param>
    /// <returns>Samples by which the recording comes later than assumed, −240 to 240.</returns>
    public int Delay(PhaseSpectra recording, int first, PhaseSpectra reference)
    {
        Cross(recording, first, reference);
        _sumRe.AsSpan().Clear();
        _sumIm.AsSpan().Clear();
        for (var frame = 0; frame < reference.Frames; frame++)
        {
            TensorPrimitives.Add<float>(_sumRe, _re.AsSpan(frame * Bins, Bins), _sumRe);
            TensorPrimitives.Add<float>(_sumIm, _im.AsSpan(frame * Bins, Bins), _sumIm);
        }

        // The line's impulse response, whose energy within 4 ms is largest around the delay.
        const int steps = (2 * MostDelay / DelayStep) + 1;
        Span<float> energy = stackalloc float[steps];
        for (var i = 0; i < steps; i++)
        {
            Span<float> cos = DelayCos.AsSpan(i * Bins, Bins), sin = DelaySin.AsSpan(i * Bins, Bins);
            var re = TensorPrimitives.Dot(_sumRe, cos) - TensorPrimitives.Dot(_sumIm, sin);
            var im = TensorPrimitives.Dot(_sumRe, sin) + TensorPrimitives.Dot(_sumIm, cos);
            energy[i] = (re * re) + (im * im);
        }

        var (best, at) = (0f, steps / 2);
        for (var i = 0; i < steps; i++)
        {
            var from = Math.Max(0, i - (DelaySpread / DelayStep));
            var sum = TensorPrimitives.Sum<float>(energy[from..Math.Min(steps, i + (DelaySpread / DelayStep) + 1)]);
            if (sum > best)
                (best, at) = (sum, i);
        }

        return (at * DelayStep) - MostDelay;
    }

    /// <summary>How coherent two aligned signals are over time.</summary>
    /// <param name="recording">Spectra of the recording.</param>
    /// <param name="first">The recording's frame that lies on the reference's first.</param>
    /// <param name="reference">Spectra of the reference.</param>
    /// <param name="course">Takes one value a frame of the reference, −1 to 1; about 0 for other speech.</param>
    public void Course(PhaseSpectra recording, int first, PhaseSpectra reference, Span<float> course)
    {
        Cross(recording, first, reference);
        var frames = reference.Frames;
        _sumRe.AsSpan().Clear();
        _sumIm.AsSpan().Clear();
        for (var frame = Nearest; frame <= Reach && frame < frames; frame++)
            Accumulate(frame);
        for (var frame = 0; frame < frames; frame++)
        {
            Span<float> re = _re.AsSpan(frame * Bins, Bins), im = _im.AsSpan(frame * Bins, Bins);
            var common = TensorPrimitives.Dot<float>(re, _sumRe) + TensorPrimitives.Dot<float>(im, _sumIm);
            var around = TensorPrimitives.SumOfSquares<float>(_sumRe) + TensorPrimitives.SumOfSquares<float>(_sumIm);
            course[frame] = common / MathF.Sqrt((_energy[frame] * around) + 1e-12f);

            // The neighbourhood moves on by one frame.
            Accumulate(frame + Reach + 1);
            Remove(frame + Nearest);
            Accumulate(frame - Nearest + 1);
            Remove(frame - Reach);
        }

        void Accumulate(int frame)
        {
            if ((uint)frame >= (uint)frames)
                return;
            TensorPrimitives.Add<float>(_sumRe, _re.AsSpan(frame * Bins, Bins), _sumRe);
            TensorPrimitives.Add<float>(_sumIm, _im.AsSpan(frame * Bins, Bins), _sumIm);
        }

        void Remove(int frame)
        {
            if ((uint)frame >= (uint)frames)
                return;
            TensorPrimitives.Subtract<float>(_sumRe, _re.AsSpan(frame * Bins, Bins), _sumRe);
            TensorPrimitives.Subtract<float>(_sumIm, _im.AsSpan(frame * Bins, Bins), _sumIm);
        }
    }

    /// <summary>The cross spectra of all frames.</summary>
    private void Cross(PhaseSpectra recording, int first, PhaseSpectra reference)
    {
        var frames = reference.Frames;
        if (_energy.Length < frames)
            (_re, _im, _energy) = (new float[frames * Bins], new float[frames * Bins], new float[frames]);
        for (var frame = 0; frame < frames; frame++)
        {
            ReadOnlySpan<float> xr = recording.Re(first + frame), xi = recording.Im(first + frame);
            ReadOnlySpan<float> rr = reference.Re(frame), ri = reference.Im(frame);
            Span<float> re = _re.AsSpan(frame * Bins, Bins), im = _im.AsSpan(frame * Bins, Bins);
            TensorPrimitives.Multiply(xr, rr, re);
            TensorPrimitives.MultiplyAdd(xi, ri, re, re);
            TensorPrimitives.Multiply(xr, ri, im);
            TensorPrimitives.Negate<float>(im, im);
            TensorPrimitives.MultiplyAdd(xi, rr, im, im);
            _energy[frame] = TensorPrimitives.SumOfSquares<float>(re) + TensorPrimitives.SumOfSquares<float>(im);
        }
    }

    private static float[] DelayTable(Func<double, double> function)
    {
        const int steps = (2 * MostDelay / DelayStep) + 1;
        var table = new float[steps * Bins];
        for (var i = 0; i < table.Length; i++)
        {
            var delay = (i / Bins * DelayStep) - MostDelay;
            table[i] = (float)function(2 * Math.PI * (PhaseSpectra.FirstBin + (i % Bins)) * delay / PhaseSpectra.FrameSamples);
        }

        return table;
    }
}
