namespace EmptyNumber.Benchmarks.Grouping;

/// <summary>What a telephone line does to a call: filters of second order, echo, a clock that drifts.</summary>
internal static class TelephoneLine
{
    private const int RateHz = AudioClassifier.Analysis.Recording.RateHz;

    /// <summary>A Butterworth band-pass of fourth order.</summary>
    public static void BandPass(Span<float> call, double lowHz, double highHz)
    {
        foreach (var q in (double[])[0.5412, 1.3066])
        {
            Filter(call, Biquad.HighPass(lowHz, q));
            Filter(call, Biquad.LowPass(highHz, q));
        }
    }

    /// <summary>An all-pass: some frequencies come later than others.</summary>
    public static void Delay(Span<float> call, double hz, double q) => Filter(call, Biquad.AllPass(hz, q));

    /// <summary>Adds the call to itself, later and softer.</summary>
    public static void Echo(Span<float> call, double laterS, double decibels)
    {
        var (later, gain) = ((int)(laterS * RateHz), (float)Math.Pow(10, decibels / 20));
        for (var i = call.Length - 1; i >= later; i--)
            call[i] += gain * call[i - later];
    }

    /// <summary>Plays it a little faster or slower, interpolated by cubics.</summary>
    public static float[] Drift(ReadOnlySpan<float> call, double partsPerMillion)
    {
        var step = 1 + (partsPerMillion * 1e-6);
        var drifted = new float[(int)((call.Length - 3) / step)];
        for (var i = 0; i < drifted.Length; i++)
        {
            var at = 1 + (i * step);
            var (n, t) = ((int)at, (float)(at - (int)at));
            if (n + 2 >= call.Length)
                break;
            var (a, b, c, d) = (call[n - 1], call[n], call[n + 1], call[n + 2]);
            drifted[i] = b + (0.5f * t * (c - a + (t * ((2 * a) - (5 * b) + (4 * c) - d + (t * ((3 * (b - c)) + d - a))))));
        }

        return drifted;
    }

    private static void Filter(Span<float> call, Biquad biquad)
    {
        double x1 = 0, x2 = 0, y1 = 0, y2 = 0;
        foreach (ref var sample in call)
        {
            var y = (biquad.B0 * sample) + (biquad.B1 * x1) + (biquad.B2 * x2) - (biquad.A1 * y1) - (biquad.A2 * y2);
            (x2, x1, y2, y1) = (x1, sample, y1, y);
            sample = (float)y;
        }
    }

    /// <summary>A filter of second order, by the bilinear transform (R. Bristow-Johnson's formulas).</summary>
    private readonly record struct Biquad(double B0, double B1, double B2, double A1, double A2)
    {
        public static Biquad LowPass(double hz, double q) => Of(hz, q, (cos, _) => ((1 - cos) / 2, 1 - cos, (1 - cos) / 2));

        public static Biquad HighPass(double hz, double q) => Of(hz, q, (cos, _) => ((1 + cos) / 2, -(1 + cos), (1 + cos) / 2));

        public static Biquad AllPass(double hz, double q) => Of(hz, q, (cos, alpha) => (1 - alpha, -2 * cos, 1 + alpha));

        private static Biquad Of(double hz, double q, Func<double, double, (double B0, double B1, double B2)> numerator)
        {
            var (sin, cos) = Math.SinCos(2 * Math.PI * hz / RateHz);
            var alpha = sin / (2 * q);
            var (b0, b1, b2) = numerator(cos, alpha);
            return new Biquad(b0 / (1 + alpha), b1 / (1 + alpha), b2 / (1 + alpha), -2 * cos / (1 + alpha), (1 - alpha) / (1 + alpha));
        }
    }
}
