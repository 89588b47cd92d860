using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

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
    private const int Lanes = FrameFft.Lanes;

    /// <summary>Frames on either side that a frame is held against.</summary>
    private const int Reach = 20;

    /// <summary>The nearest of them: three hops of 20 ms, the first that shares next to no samples with a frame of 64 ms.</summary>
    private const int Nearest = 3;

    // A side has eighteen frames: six threes.
    private const int Threes = (Reach - Nearest + 1) / 3;

    // Zeros before and after the frames of a bin.
    private const int Before = 2 * Lanes;
    private const int After = 4 * Lanes;

    private VectorBuffer _threes = new(0);
    private VectorBuffer _re = new(0);
    private VectorBuffer _im = new(0);
    private VectorBuffer _sideRe = new(0);
    private VectorBuffer _sideIm = new(0);
    private VectorBuffer _common = new(0);
    private VectorBuffer _around = new(0);
    private VectorBuffer _energy = new(0);

    /// <summary>How coherent two aligned signals are over time.</summary>
    /// <param name="recording">Spectra of the recording.</param>
    /// <param name="first">The recording's frame that lies on the reference's first.</param>
    /// <param name="reference">Spectra of the reference.</param>
    /// <param name="course">Takes one value a frame of the reference, −1 to 1; about 0 for other speech.</param>
    public void Course(PhaseSpectra recording, int first, PhaseSpectra reference, Span<float> course)
    {
        var frames = (reference.Frames + Lanes - 1) / Lanes * Lanes;
        Reserve(frames);
        for (var bin = 0; bin < PhaseSpectra.Bins; bin++)
        {
            Cross(recording.Re(bin)[first..], recording.Im(bin)[first..], reference.Re(bin), reference.Im(bin), frames);
            SumSides(_re.Floats, _sideRe.Floats, frames);
            SumSides(_im.Floats, _sideIm.Floats, frames);
            Compare(frames);
        }

        for (var frame = 0; frame < course.Length; frame++)
            course[frame] = _common.Floats[frame] / MathF.Sqrt((_energy.Floats[frame] * _around.Floats[frame]) + 1e-12f);
    }

    private void Reserve(int frames)
    {
        var room = Before + frames + After;
        if (_re.Length < room)
        {
            room = room * 3 / 2;
            (_re, _im, _threes, _sideRe, _sideIm) = (new(room), new(room), new(room), new(room), new(room));
            (_common, _around, _energy) = (new(room), new(room), new(room));
        }

        _re.Floats.Slice(Before + frames, After).Clear();
        _im.Floats.Slice(Before + frames, After).Clear();
        _common.Floats[..frames].Clear();
        _around.Floats[..frames].Clear();
        _energy.Floats[..frames].Clear();
    }

    /// <summary>The cross spectrum of a bin.</summary>
    private void Cross(ReadOnlySpan<float> xr, ReadOnlySpan<float> xi, ReadOnlySpan<float> rr, ReadOnlySpan<float> ri, int frames)
    {
        Span<float> re = _re.Floats, im = _im.Floats;
        for (var at = 0; at < frames; at += Lanes)
        {
            var (x, y) = (Load(xr, at), Load(xi, at));
            var (r, i) = (Load(rr, at), Load(ri, at));
            Store((x * r) + (y * i), re, Before + at);
            Store((y * r) - (x * i), im, Before + at);
        }
    }

    /// <summary>The sum over a side's frames, from each frame on.</summary>
    private void SumSides(ReadOnlySpan<float> values, Span<float> sums, int frames)
    {
        var threes = _threes.Floats;
        for (var at = 0; at <= Before + frames + (2 * Lanes); at += Lanes)
            Store(Load(values, at) + Load(values, at + 1) + Load(values, at + 2), threes, at);
        for (var at = 0; at <= Before + frames; at += Lanes)
        {
            var sum = Load(threes, at);
            for (var i = 1; i < Threes; i++)
                sum += Load(threes, at + (3 * i));
            Store(sum, sums, at);
        }
    }

    /// <summary>Holds each frame against both sides.</summary>
    private void Compare(int frames)
    {
        Span<Vector512<float>> common = _common.Vectors, around = _around.Vectors, energy = _energy.Vectors;
        ReadOnlySpan<float> re = _re.Floats, im = _im.Floats, sideRe = _sideRe.Floats, sideIm = _sideIm.Floats;
        for (var at = 0; at < frames; at += Lanes)
        {
            var (r, i) = (Load(re, Before + at), Load(im, Before + at));
            var aroundR = Load(sideRe, Before + at + Nearest) + Load(sideRe, Before + at - Reach);
            var aroundI = Load(sideIm, Before + at + Nearest) + Load(sideIm, Before + at - Reach);
            common[at / Lanes] += (r * aroundR) + (i * aroundI);
            around[at / Lanes] += (aroundR * aroundR) + (aroundI * aroundI);
            energy[at / Lanes] += (r * r) + (i * i);
        }
    }

    private static Vector512<float> Load(ReadOnlySpan<float> values, int at) => Vector512.LoadUnsafe(ref MemoryMarshal.GetReference(values), (nuint)at);

    private static void Store(Vector512<float> vector, Span<float> values, int at) => vector.StoreUnsafe(ref MemoryMarshal.GetReference(values), (nuint)at);
}
