using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// Hann-windowed spectra of many frames of a signal. Sixteen frames are transformed side by side, one in each lane of a
/// vector, so that no step of the transform shuffles lanes. Not thread-safe: it owns its buffers.
/// </summary>
public sealed class FrameFft
{
    /// <summary>Frames that are transformed at once.</summary>
    public const int Lanes = 16;

    private readonly int _half;
    private readonly int _hop;
    private readonly int _rows;
    private readonly float[] _window;
    private readonly float[] _cos;
    private readonly float[] _sin;
    private readonly float[] _folded;
    private readonly VectorBuffer _re;
    private readonly VectorBuffer _im;
    private readonly VectorBuffer _re2;
    private readonly VectorBuffer _im2;

    /// <param name="size">Samples of a frame: a power of two, 16 or more.</param>
    /// <param name="hop">Samples from one frame's begin to the next one's.</param>
    public FrameFft(int size, int hop)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 16);
        ArgumentOutOfRangeException.ThrowIfNotEqual(size & (size - 1), 0, nameof(size));
        ArgumentOutOfRangeException.ThrowIfLessThan(hop, 1);
        Size = size;
        _hop = hop;
        _half = size / 2;
        _rows = Lanes + ((size - 1) / hop);
        _window = [.. Enumerable.Range(0, size).Select(i => (float)(0.5 - (0.5 * Math.Cos(2 * Math.PI * i / size))))];
        _cos = [.. Enumerable.Range(0, size).Select(i => (float)Math.Cos(2 * Math.PI * i / size))];
        _sin = [.. Enumerable.Range(0, size).Select(i => (float)-Math.Sin(2 * Math.PI * i / size))];
        _folded = new float[Math.Min(hop, size) * _rows];
        _re = new VectorBuffer(_half * Lanes);
        _im = new VectorBuffer(_half * Lanes);
        _re2 = new VectorBuffer((_half + 1) * Lanes);
        _im2 = new VectorBuffer((_half + 1) * Lanes);
    }

    /// <summary>Samples of a frame.</summary>
    public int Size { get; }

    /// <summary>Frequencies of a spectrum: half the size and one.</summary>
    public int Bins => _half + 1;

    /// <summary>Real parts of the last transform by bin, a frame in each lane.</summary>
    public ReadOnlySpan<Vector512<float>> Re => _re2.Vectors;

    /// <summary>Imaginary parts of the last transform by bin, a frame in each lane.</summary>
    public ReadOnlySpan<Vector512<float>> Im => _im2.Vectors;

    /// <summary>Transforms sixteen frames. What lies outside the signal is silence.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="start">Where the first frame begins; may be negative.</param>
    public void Transform(ReadOnlySpan<float> signal, int start)
    {
        Fold(signal, start);
        Load();
        var swapped = TransformComplex();
        Separate((swapped ? _re2 : _re).Vectors, (swapped ? _im2 : _im).Vectors);
    }

    /// <summary>
    /// Lays the signal out in rows: row b holds every hop-th sample from the b-th on, so that any sixteen successive values are one
    /// sample of sixteen frames.
    /// </summary>
    private void Fold(ReadOnlySpan<float> signal, int start)
    {
        for (var row = 0; row < _rows; row++)
        {
            var from = start + (row * _hop);
            var count = Math.Min(Math.Min(_hop, Size), ((Lanes - 1) * _hop) + Size - (row * _hop));
            if (from >= 0 && from + count <= signal.Length)
            {
                var samples = signal.Slice(from, count);
                for (var i = 0; i < samples.Length; i++)
                    _folded[(i * _rows) + row] = samples[i];
                continue;
            }

            for (var i = 0; i < count; i++)
                _folded[(i * _rows) + row] = (uint)(from + i) < (uint)signal.Length ? signal[from + i] : 0;
        }
    }

    /// <summary>The frames, windowed, their even samples as real and their odd ones as imaginary parts.</summary>
    private void Load()
    {
        Span<Vector512<float>> re = _re.Vectors, im = _im.Vectors;
        var (at, row) = (0, 0);
        for (var i = 0; i < re.Length; i++)
        {
            re[i] = Next(2 * i);
            im[i] = Next((2 * i) + 1);
        }

        Vector512<float> Next(int sample)
        {
            if (at == _hop)
                (at, row) = (0, row + 1);
            return Vector512.LoadUnsafe(ref _folded[(at++ * _rows) + row]) * _window[sample];
        }
    }

    /// <summary>Stockham's transform, radix 4 with a last step of radix 2 where needed.</summary>
    /// <returns>Whether the result lies in the second pair of buffers.</returns>
    private bool TransformComplex()
    {
        Span<Vector512<float>> re = _re.Vectors, im = _im.Vectors, re2 = _re2.Vectors, im2 = _im2.Vectors;
        var swapped = false;
        var stride = 1;
        for (var length = _half; length > 1;)
        {
            if (length == 2)
            {
                for (var q = 0; q < stride; q++)
                {
                    (re2[q], re2[q + stride]) = (re[q] + re[q + stride], re[q] - re[q + stride]);
                    (im2[q], im2[q + stride]) = (im[q] + im[q + stride], im[q] - im[q + stride]);
                }

                length = 1;
            }
            else
            {
                Radix4(re, im, re2, im2, length, stride);
                length /= 4;
                stride *= 4;
            }

            var spare = re;
            re = re2;
            re2 = spare;
            spare = im;
            im = im2;
            im2 = spare;
            swapped = !swapped;
        }

        return swapped;
    }

    private void Radix4(
        ReadOnlySpan<Vector512<float>> fromRe, ReadOnlySpan<Vector512<float>> fromIm, Span<Vector512<float>> toRe, Span<Vector512<float>> toIm,
        int length, int stride)
    {
        var quarter = length / 4;
        var turn = Size / length;
        ref readonly var re = ref fromRe[0];
        ref readonly var im = ref fromIm[0];
        ref var re2 = ref toRe[0];
        ref var im2 = ref toIm[0];
        for (var p = 0; p < quarter; p++)
        {
            var (c1, s1) = (_cos[p * turn], _sin[p * turn]);
            var (c2, s2) = (_cos[2 * p * turn], _sin[2 * p * turn]);
            var (c3, s3) = (_cos[3 * p * turn], _sin[3 * p * turn]);
            for (var q = 0; q < stride; q++)
            {
                int a = q + (stride * p), b = a + (stride * quarter), c = b + (stride * quarter), d = c + (stride * quarter);
                var (aR, bR, cR, dR) = (At(in re, a), At(in re, b), At(in re, c), At(in re, d));
                var (aI, bI, cI, dI) = (At(in im, a), At(in im, b), At(in im, c), At(in im, d));
                var (sumR, sumI) = (aR + cR, aI + cI);
                var (differenceR, differenceI) = (aR - cR, aI - cI);
                var (crossSumR, crossSumI) = (bR + dR, bI + dI);
                var (crossR, crossI) = (dI - bI, bR - dR);

                var at = q + (4 * stride * p);
                Unsafe.Add(ref re2, at) = sumR + crossSumR;
                Unsafe.Add(ref im2, at) = sumI + crossSumI;
                Turn(differenceR - crossR, differenceI - crossI, c1, s1, ref Unsafe.Add(ref re2, at + stride), ref Unsafe.Add(ref im2, at + stride));
                at += 2 * stride;
                Turn(sumR - crossSumR, sumI - crossSumI, c2, s2, ref Unsafe.Add(ref re2, at), ref Unsafe.Add(ref im2, at));
                at += stride;
                Turn(differenceR + crossR, differenceI + crossI, c3, s3, ref Unsafe.Add(ref re2, at), ref Unsafe.Add(ref im2, at));
            }
        }

        static Vector512<float> At(ref readonly Vector512<float> first, int i) => Unsafe.Add(ref Unsafe.AsRef(in first), i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Turn(Vector512<float> r, Vector512<float> i, float cos, float sin, ref Vector512<float> re, ref Vector512<float> im)
    {
        var (c, s) = (Vector512.Create(cos), Vector512.Create(sin));
        re = Vector512.MultiplyAddEstimate(r, c, -(i * s));
        im = Vector512.MultiplyAddEstimate(r, s, i * c);
    }

    /// <summary>The spectrum of the real frames from that of their complex halves, into the second pair of buffers.</summary>
    private void Separate(ReadOnlySpan<Vector512<float>> zr, ReadOnlySpan<Vector512<float>> zi)
    {
        Span<Vector512<float>> xr = _re2.Vectors, xi = _im2.Vectors;
        var (r0, i0) = (zr[0], zi[0]);
        for (var k = 1; k <= _half / 2; k++)
        {
            var (ar, ai, br, bi) = (zr[k], zi[k], zr[_half - k], zi[_half - k]);
            var evenR = (ar + br) * 0.5f;
            var evenI = (ai - bi) * 0.5f;
            var oddR = (ai + bi) * 0.5f;
            var oddI = (br - ar) * 0.5f;
            var turnedR = (oddR * _cos[k]) - (oddI * _sin[k]);
            var turnedI = (oddR * _sin[k]) + (oddI * _cos[k]);
            xr[k] = evenR + turnedR;
            xi[k] = evenI + turnedI;
            xr[_half - k] = evenR - turnedR;
            xi[_half - k] = turnedI - evenI;
        }

        xr[0] = r0 + i0;
        xi[0] = Vector512<float>.Zero;
        xr[_half] = r0 - i0;
        xi[_half] = Vector512<float>.Zero;
    }
}
