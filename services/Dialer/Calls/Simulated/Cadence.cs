using EmptyNumber.Contracts;

namespace EmptyNumber.Dialer.Calls.Simulated;

/// <summary>A piece of a tone: a frequency, and how long it is on and then off.</summary>
internal readonly record struct Pulse(double Hz, double OnS, double OffS);

/// <summary>Frequencies and cadences of the call progress tones.</summary>
internal static class Cadence
{
    private const double ProgressHz = 450;

    /// <summary>One period of a tone: GB/T 3380 for those of Chinese exchanges, ITU-T E.180 for the special information tone.</summary>
    public static IReadOnlyList<Pulse> Of(Tone tone) => tone switch
    {
        Tone.Dial => [new(ProgressHz, 1, 0)],
        Tone.Ringback => [new(ProgressHz, 1, 4)],
        Tone.Busy => [new(ProgressHz, 0.35, 0.35)],
        Tone.Congestion => [new(ProgressHz, 0.7, 0.7)],
        Tone.Vacant => [new(ProgressHz, 0.1, 0.1), new(ProgressHz, 0.1, 0.1), new(ProgressHz, 0.1, 0.1), new(ProgressHz, 0.4, 0.4)],
        Tone.Sit => [new(950, 0.33, 0.015), new(1400, 0.33, 0.015), new(1800, 0.33, 1)],
        _ => throw new ArgumentOutOfRangeException(nameof(tone), tone, null),
    };

    /// <summary>The cadence of an exchange whose oscillator and clock are a little off.</summary>
    /// <param name="period">The period as the standard has it.</param>
    /// <param name="pitch">Factor on the frequencies.</param>
    /// <param name="tempo">Factor on the durations.</param>
    public static IReadOnlyList<Pulse> Detuned(this IReadOnlyList<Pulse> period, double pitch, double tempo) =>
        [.. period.Select(pulse => new Pulse(pulse.Hz * pitch, pulse.OnS * tempo, pulse.OffS * tempo))];

    /// <summary>The length of one period.</summary>
    public static double PeriodS(this IReadOnlyList<Pulse> period) => period.Sum(pulse => pulse.OnS + pulse.OffS);
}
