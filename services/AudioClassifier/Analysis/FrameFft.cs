using System.Runtime.InteropServices;
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
    private readonly float[] _window;
    private readonly float[] _cos;
    private readonly float[] _sin;
    private readonly float[] _re;
    private readonly float[] _im;
    private readonly float[] _re2;
    private readonly float[] _im2;

    /// <param name="size">Samples of a frame: a power of two, 16 or more.</param>
    public FrameFft(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 16);
        ArgumentOutOfRangeException.ThrowIfNotEqual(size & (size - 1), 0, nameof(size));
        Size = size;
        _half = size / 2;
        _window = [.. Enumerable.Range(0, size).Select(i => (float)(0.5 - (0.5 * Math.Cos(2 * Math.PI * i / size))))];
        _cos = [.. Enumerable.Range(0, size).Select(i => (float)Math.Cos(2 * Math.PI * i / size))];
        _sin = [.. Enumerable.Range(0, size).Select(i => (float)-Math.Sin(2 * Math.PI * i / size))];
        _re = new float[_half * Lanes];
        _im = new float[_half * Lanes];
        _re2 = new float[(_half + 1) * Lanes];
        _im2 = new float[(_half + 1) * Lanes];
    }

    /// <summary>Samples of a frame.</summary>
    public int Size { get; }

    /// <summary>Frequencies of a spectrum: half the size and one.</summary>
    public int Bins => _half + 1;

    /// <summary>Real parts of the last transform, by bin and lane.</summary>
    public ReadOnlySpan<float> Re => _re2;

    /// <summary>Imaginary parts of the last transform, by bin and lane.</summary>
    public ReadOnlySpan<float> Im => _im2;

    /// <summary>Transforms sixteen frames. What lies outside the signal is silence.</summary>
    /// <param name="signal">The signal.</param>
    /// <param name="start">Where the first frame begins; may be negative.</param>
    /// <param name="hop">Samples from one frame's begin to the next one's.</param>
    public void Transform(ReadOnlySpan<float> signal, int start, int hop)
    {
        for (var lane = 0; lane < Lanes; lane++)
            Load(signal, start + (lane * hop), lane);
        var swapped = TransformComplex();
        Separate(swapped ? _re2 : _re, swapped ? _im2 : _im);
    }

    /// <summary>One frame, windowed, its even samples as real and its odd ones as imaginary parts.</summary>
    private void Load(ReadOnlySpan<float> signal, int start, int lane)
    {
        if (start >= 0 && start + Size <= signal.Length)
        {
            var frame = signal.Slice(start, Size);
            for (var i = 0; i < _half; i++)
            {
                _re[(i * Lanes) + lane] = frame[2 * i] * _window[2 * i];
                _im[(i * Lanes) + lane] = frame[(2 * i) + 1] * _window[(2 * i) + 1];
            }

            return;
        }

        for (var i = 0; i < _half; i++)
        {
            var at = start + (2 * i);
            _re[(i * Lanes) + lane] = (uint)at < (uint)signal.Length ? signal[at] * _window[2 * i] : 0;
            _im[(i * Lanes) + lane] = (uint)(at + 1) < (uint)signal.Length ? signal[at + 1] * _window[(2 * i) + 1] : 0;
        }
    }

    /// <summary>Stockham's transform, radix 4 with a last step of radix 2 where needed.</summary>
    /// <returns>Whether the result lies in the second pair of buffers.</returns>
    private bool TransformComplex()
    {
        Span<Vector512<float>> re = Vectors(_re), im = Vectors(_im), re2 = Vectors(_re2), im2 = Vectors(_im2);
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
        Span<Vector512<float>> re, Span<Vector512<float>> im, Span<Vector512<float>> re2, Span<Vector512<float>> im2, int length, int stride)
    {
        var quarter = length / 4;
        var turn = Size / length;
        for (var p = 0; p < quarter; p++)
        {
            var (c1, s1) = (_cos[p * turn], _sin[p * turn]);
            var (c2, s2) = (_cos[2 * p * turn], _sin[2 * p * turn]);
            var (c3, s3) = (_cos[3 * p * turn], _sin[3 * p * turn]);
            for (var q = 0; q < stride; q++)
            {
                int a = q + (stride * p), b = a + (stride * quarter), c = b + (stride * quarter), d = c + (stride * quarter);
                var sumR = re[a] + re[c];
                var sumI = im[a] + im[c];
                var differenceR = re[a] - re[c];
                var differenceI = im[a] - im[c];
                var crossSumR = re[b] + re[d];
                var crossSumI = im[b] + im[d];
                var crossR = im[d] - im[b];
                var crossI = re[b] - re[d];

                var at = q + (4 * stride * p);
                re2[at] = sumR + crossSumR;
                im2[at] = sumI + crossSumI;
                at += stride;
                var (r, i) = (differenceR - crossR, differenceI - crossI);
                re2[at] = (r * c1) - (i * s1);
                im2[at] = (r * s1) + (i * c1);
                at += stride;
                (r, i) = (sumR - crossSumR, sumI - crossSumI);
                re2[at] = (r * c2) - (i * s2);
                im2[at] = (r * s2) + (i * c2);
                at += stride;
                (r, i) = (differenceR + crossR, differenceI + crossI);
                re2[at] = (r * c3) - (i * s3);
                im2[at] = (r * s3) + (i * c3);
            }
        }
    }

    /// <summary>The spectrum of the real frames from that of their complex halves, into the second pair of buffers.</summary>
    private void Separate(float[] sourceRe, float[] sourceIm)
    {
        Span<Vector512<float>> zr = Vectors(sourceRe), zi = Vectors(sourceIm), xr = Vectors(_re2), xi = Vectors(_im2);
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

    private static Span<Vector512<float>> Vectors(float[] values) => MemoryMarshal.Cast<float, Vector512<float>>(values.AsSpan());
}
