namespace EmptyNumber.Dialer.Calls.Simulated;

/// <summary>A stretch of a call.</summary>
/// <param name="LengthS">How long it lasts.</param>
internal abstract record Sound(double LengthS)
{
    /// <summary>Adds the sound to silence of its length, at 8 kHz.</summary>
    public abstract void AddTo(Span<float> target);
}

/// <summary>Nothing but the line.</summary>
internal sealed record Silence(double LengthS) : Sound(LengthS)
{
    public override void AddTo(Span<float> target)
    {
    }
}

/// <summary>A call progress tone.</summary>
/// <param name="Period">One period of its cadence.</param>
/// <param name="StartS">Where in the cadence it begins.</param>
/// <param name="Dbm0">Its level while it is on.</param>
/// <param name="LengthS">How long it lasts.</param>
internal sealed record Signal(IReadOnlyList<Pulse> Period, double StartS, double Dbm0, double LengthS) : Sound(LengthS)
{
    public override void AddTo(Span<float> target) => Oscillator.AddCadence(target, Period, StartS, Level.Amplitude(Dbm0));
}

/// <summary>An announcement from its beginning to its end.</summary>
/// <param name="Announcement">What is said.</param>
/// <param name="Dbm0">Its mean level.</param>
internal sealed record Speech(Announcement Announcement, double Dbm0) : Sound((double)Announcement.Samples.Length / Oscillator.RateHz)
{
    public override void AddTo(Span<float> target)
    {
        var gain = Level.Rms(Dbm0) / Announcement.Rms;
        var samples = Announcement.Samples.AsSpan(0, Math.Min(target.Length, Announcement.Samples.Length));
        for (var i = 0; i < samples.Length; i++)
            target[i] += gain * samples[i];
    }
}
