namespace EmptyNumber.Dialer.Calls.Simulated;

/// <summary>The noise of a line: white, and the hum of the mains.</summary>
/// <param name="WhiteDbm0">The level of the white noise, null where the line is digitally silent.</param>
/// <param name="HumDbm0">The level of the 50 Hz hum; its third harmonic is half as strong. Null where there is none.</param>
internal sealed record LineNoise(double? WhiteDbm0, double? HumDbm0)
{
    private const double MainsHz = 50;

    /// <summary>Drawn once and read from anywhere: a thousand lines at a time could not draw each sample anew.</summary>
    private static readonly float[] White = Draw(1 << 16);

    /// <summary>Adds the noise.</summary>
    /// <param name="target">The sound so far, 8 kHz.</param>
    /// <param name="start">Where in its noise the line is; any number.</param>
    public void AddTo(Span<float> target, int start)
    {
        if (WhiteDbm0 is { } white)
        {
            var rms = Level.Rms(white);
            for (var i = 0; i < target.Length; i++)
                target[i] += rms * White[(start + i) & (White.Length - 1)];
        }

        if (HumDbm0 is { } hum)
        {
            var amplitude = Level.Amplitude(hum);
            Oscillator.AddTone(target, MainsHz, amplitude);
            Oscillator.AddTone(target, 3 * MainsHz, amplitude / 2);
        }
    }

    /// <summary>Normally distributed samples of variance 1 (Box and Muller).</summary>
    private static float[] Draw(int count)
    {
        var random = new Random(1);
        var samples = new float[count];
        for (var i = 0; i < count; i++)
            samples[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return samples;
    }
}
