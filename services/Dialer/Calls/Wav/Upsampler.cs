namespace EmptyNumber.Dialer.Calls.Wav;

/// <summary>From 8 to 16 kHz.</summary>
internal static class Upsampler
{
    /// <summary>One side of a half-band filter: sinc at half samples under a Hann window, sum ½ (unity gain).</summary>
    private static readonly float[] Taps = Design(12);

    /// <summary>Doubles the rate: what was there stays, and what lies between is interpolated.</summary>
    /// <param name="samples">Samples at the lower rate.</param>
    /// <param name="doubled">Room for twice as many.</param>
    public static void Double(ReadOnlySpan<float> samples, Span<float> doubled)
    {
        for (var i = 0; i < samples.Length; i++)
        {
            var between = 0f;
            for (var k = 0; k < Taps.Length; k++)
                between += Taps[k] * (At(samples, i - k) + At(samples, i + 1 + k));
            doubled[2 * i] = samples[i];
            doubled[(2 * i) + 1] = between;
        }
    }

    private static float At(ReadOnlySpan<float> samples, int index) => (uint)index < (uint)samples.Length ? samples[index] : 0;

    private static float[] Design(int length)
    {
        var taps = new float[length];
        for (var k = 0; k < length; k++)
        {
            var x = k + 0.5;
            taps[k] = (float)(Math.Sin(Math.PI * x) / (Math.PI * x) * (0.5 + (0.5 * Math.Cos(Math.PI * x / length))));
        }

        var scale = 0.5f / taps.Sum();
        return [.. taps.Select(tap => tap * scale)];
    }
}
