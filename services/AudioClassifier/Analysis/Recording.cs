using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>A recording as the engine hears it.</summary>
/// <param name="Samples">8 kHz mono, full scale is 1.</param>
/// <param name="Source">What the file was.</param>
public sealed record Recording(float[] Samples, WavHeader Source)
{
    /// <summary>Samples a second, always.</summary>
    public const int RateHz = 8_000;

    /// <summary>Length in seconds.</summary>
    public double Seconds => (double)Samples.Length / RateHz;
}
