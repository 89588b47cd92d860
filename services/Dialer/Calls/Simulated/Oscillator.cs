namespace EmptyNumber.Dialer.Calls.Simulated;

/// <summary>Sines and cadences at 8 kHz, added to what is there.</summary>
internal static class Oscillator
{
    /// <summary>Samples a second.</summary>
    public const int RateHz = 8000;

    /// <summary>Ramps of switched tones: without them each edge is a click.</summary>
    private const int RampSamples = RateHz * 2 / 1000;

    /// <summary>Adds a cadence, again and again. As in an exchange, the oscillator runs on while the tone is switched off.</summary>
    /// <param name="target">The sound so far.</param>
    /// <param name="period">One period.</param>
    /// <param name="startS">How much of the cadence has gone by when the target begins.</param>
    /// <param name="amplitude">Of the sines, 1 is full scale.</param>
    public static void AddCadence(Span<float> target, IReadOnlyList<Pulse> period, double startS, float amplitude)
    {
        var atS = -startS;
        for (var i = 0; atS * RateHz < target.Length; i = (i + 1) % period.Count)
        {
            var pulse = period[i];
            var begin = Math.Max(0, (int)Math.Round(atS * RateHz));
            var end = Math.Min(target.Length, (int)Math.Round((atS + pulse.OnS) * RateHz));
            if (begin < end)
                AddTone(target[begin..end], pulse.Hz, amplitude, atS: startS + ((double)begin / RateHz), ramped: pulse.OffS > 0);
            atS += pulse.OnS + pulse.OffS;
        }
    }

    /// <summary>Adds a sine, by the recurrence y(n) = 2·cos(ω)·y(n−1) − y(n−2).</summary>
    /// <param name="target">The sound so far.</param>
    /// <param name="hz">Its frequency.</param>
    /// <param name="amplitude">Its amplitude, 1 is full scale.</param>
    /// <param name="atS">How long the oscillator has run when the target begins.</param>
    /// <param name="ramped">Whether it is switched on and off.</param>
    public static void AddTone(Span<float> target, double hz, float amplitude, double atS = 0, bool ramped = false)
    {
        var step = 2 * Math.PI * hz / RateHz;
        var factor = 2 * Math.Cos(step);
        var phase = 2 * Math.PI * hz * atS;
        var before = Math.Sin(phase - step) * amplitude;
        var now = Math.Sin(phase) * amplitude;
        for (var i = 0; i < target.Length; i++)
        {
            var ramp = ramped ? Math.Min(1f, (Math.Min(i, target.Length - 1 - i) + 1f) / RampSamples) : 1f;
            target[i] += (float)now * ramp;
            (before, now) = (now, (factor * now) - before);
        }
    }
}
