using System.Buffers;
using EmptyNumber.Contracts;
using EmptyNumber.Dialer.Calls.Wav;

namespace EmptyNumber.Dialer.Calls.Simulated;

/// <summary>A call before it is heard.</summary>
/// <param name="Sounds">What is played, one after another.</param>
/// <param name="LateS">How much of it is over when the recording begins.</param>
/// <param name="EndS">When the caller hangs up, counted as <paramref name="LateS"/> is.</param>
/// <param name="Noise">The noise of the line.</param>
/// <param name="GainDb">The gain of the line.</param>
/// <param name="Format">How it is recorded.</param>
/// <param name="Signalling">What the network says besides.</param>
/// <param name="AnsweredAtS">When it is answered, within the recording; null where nobody does.</param>
internal sealed record CallScript(
    IReadOnlyList<Sound> Sounds,
    double LateS,
    double EndS,
    LineNoise Noise,
    double GainDb,
    WavFormat Format,
    Signalling Signalling,
    double? AnsweredAtS = null)
{
    /// <summary>The length of the recording.</summary>
    public double LengthS => EndS - LateS;

    /// <summary>Plays and records the call.</summary>
    /// <param name="noiseStart">Where in its noise the line is; any number.</param>
    /// <returns>A WAV.</returns>
    public byte[] Record(int noiseStart)
    {
        var whole = Samples(EndS);
        var buffer = ArrayPool<float>.Shared.Rent(whole);
        try
        {
            var samples = buffer.AsSpan(0, whole);
            samples.Clear();
            Play(samples);
            samples = samples[Samples(LateS)..];
            Noise.AddTo(samples, noiseStart);
            var gain = Level.Gain(GainDb);
            foreach (ref var sample in samples)
                sample *= gain;
            return WavEncoder.Encode(samples, Format);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(buffer);
        }
    }

    private void Play(Span<float> samples)
    {
        var atS = 0.0;
        foreach (var sound in Sounds)
        {
            var begin = Math.Min(samples.Length, Samples(atS));
            atS += sound.LengthS;
            sound.AddTo(samples[begin..Math.Min(samples.Length, Samples(atS))]);
        }
    }

    private static int Samples(double seconds) => (int)Math.Round(seconds * Oscillator.RateHz);
}
