using System.Numerics.Tensors;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// Band-limited conversion of a stream from any rate of 8 kHz or more to 8 kHz: a polyphase windowed sinc (Kaiser, 70 dB),
/// flat to 3.4 kHz and closed from 4 kHz. Not thread-safe: it carries the state of one stream.
/// </summary>
/// <remarks>
/// Output m lies at input position m · rate / 8000. That position's fraction has few values at the usual rates (1 at 16 and
/// 48 kHz, 80 at 44.1 kHz, 320 at 11.025 kHz); at others it is rounded to the nearest of 320, an error below −45 dB.
/// </remarks>
public sealed class Resampler
{
    private const int MaxPhases = 320;
    private const double CutoffHz = 3_700;
    private const double TransitionHz = 600;
    private const double KaiserBeta = 6.76;

    private readonly int _phases;
    private readonly int _taps;
    private readonly float[] _kernels;
    private readonly float[] _window;
    private int _filled;
    private long _windowStart;
    private long _next;

    /// <param name="rateHz">Input rate, 8,000 or more. At 8,000 the samples pass unchanged.</param>
    /// <param name="chunk">The most samples that one call of <see cref="Write"/> brings.</param>
    public Resampler(int rateHz, int chunk)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rateHz, Recording.RateHz);
        RateHz = rateHz;
        if (rateHz == Recording.RateHz)
        {
            _kernels = _window = [];
            return;
        }

        _phases = Math.Min(Recording.RateHz / Gcd(rateHz, Recording.RateHz), MaxPhases);
        _taps = ((int)Math.Ceiling(4.36 * rateHz / TransitionHz / 2) * 2) + 2;
        _kernels = Kernels(rateHz, _phases, _taps);
        _window = new float[_taps + chunk];
        Reset();
    }

    /// <summary>Input rate.</summary>
    public int RateHz { get; }

    /// <summary>Forgets the stream so far.</summary>
    public void Reset()
    {
        _window.AsSpan().Clear();
        _filled = _taps / 2;
        _windowStart = -_taps / 2;
        _next = 0;
    }

    /// <summary>Takes input and gives the output that it completes.</summary>
    /// <param name="input">The next samples.</param>
    /// <param name="output">Where the output goes; output past its end is dropped.</param>
    /// <returns>How many samples were written.</returns>
    public int Write(ReadOnlySpan<float> input, Span<float> output)
    {
        if (RateHz == Recording.RateHz)
        {
            var passed = Math.Min(input.Length, output.Length);
            input[..passed].CopyTo(output);
            return passed;
        }

        input.CopyTo(_window.AsSpan(_filled));
        _filled += input.Length;
        var written = 0;
        while (written < output.Length)
        {
            var position = _next * RateHz;
            var whole = position / Recording.RateHz;
            var phase = (int)((((position % Recording.RateHz) * _phases) + (Recording.RateHz / 2)) / Recording.RateHz);
            if (phase == _phases)
                (whole, phase) = (whole + 1, 0);
            var start = (int)(whole - (_taps / 2) + 1 - _windowStart);
            if (start + _taps > _filled)
                break;
            output[written++] = TensorPrimitives.Dot(_window.AsSpan(start, _taps), _kernels.AsSpan(phase * _taps, _taps));
            _next++;
        }

        var keep = Math.Min(_filled, _taps);
        _window.AsSpan(_filled - keep, keep).CopyTo(_window);
        _windowStart += _filled - keep;
        _filled = keep;
        return written;
    }

    /// <summary>Gives the output that waits for input which will not come, as if silence followed.</summary>
    public int Finish(Span<float> output)
    {
        Span<float> silence = stackalloc float[Math.Min(_taps, _window.Length - _taps)];
        silence.Clear();
        var written = 0;
        for (var given = 0; given < _taps && written < output.Length; given += silence.Length)
            written += Write(silence, output[written..]);
        return written;
    }

    private static float[] Kernels(int rateHz, int phases, int taps)
    {
        var kernels = new float[phases * taps];
        var cutoff = 2 * CutoffHz / rateHz;
        for (var phase = 0; phase < phases; phase++)
        {
            var kernel = kernels.AsSpan(phase * taps, taps);
            for (var i = 0; i < taps; i++)
            {
                var t = i - (taps / 2) + 1 - ((double)phase / phases);
                kernel[i] = (float)(cutoff * Sinc(cutoff * t) * Kaiser(2 * t / taps));
            }

            TensorPrimitives.Divide(kernel, TensorPrimitives.Sum<float>(kernel), kernel);
        }

        return kernels;
    }

    private static double Sinc(double x) => Math.Abs(x) < 1e-9 ? 1 : Math.Sin(Math.PI * x) / (Math.PI * x);

    private static double Kaiser(double x) =>
        Math.Abs(x) >= 1 ? 0 : Bessel(KaiserBeta * Math.Sqrt(1 - (x * x))) / Bessel(KaiserBeta);

    private static double Bessel(double x)
    {
        double sum = 1, term = 1;
        for (var k = 1; term > 1e-12 * sum; k++)
        {
            term *= x * x / (4.0 * k * k);
            sum += term;
        }

        return sum;
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);
}
