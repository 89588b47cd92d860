using EmptyNumber.Contracts;

namespace EmptyNumber.Dialer.Calls.Simulated;

/// <summary>An announcement of the pack.</summary>
/// <param name="Id">Its id in the pack.</param>
/// <param name="State">The state that it tells.</param>
/// <param name="Language"><c>zh</c> or <c>en</c>.</param>
/// <param name="Carrier">Whose it is.</param>
/// <param name="Samples">8 kHz, ±1 is full scale.</param>
internal sealed record Announcement(string Id, NumberState State, string Language, string Carrier, float[] Samples)
{
    /// <summary>The root mean square of the whole.</summary>
    public float Rms { get; } = MathF.Sqrt(Samples.Sum(sample => sample * sample) / Math.Max(1, Samples.Length));
}
