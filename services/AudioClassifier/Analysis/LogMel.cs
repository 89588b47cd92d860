using System.Numerics.Tensors;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// Logarithmic power in 24 bands of equal width on the mel scale, 280 to 3450 Hz, every 20 ms.
/// </summary>
public static class LogMel
{
    /// <summary>Bands of a frame.</summary>
    public const int Bands = 24;

    /// <summary>Samples from frame to frame: 20 ms.</summary>
    public const int HopSamples = 2 * Spectrogram.HopSamples;

    private const double LowHz = 280;
    private const double HighHz = 3_450;

    // 45 dB below a band of active speech: what is quieter is line noise, and must not differ from silence.
    private const float Floor = 3e-5f;

    private static readonly (int First, float[] Weights)[] Triangles = [.. Enumerable.Range(0, Bands).Select(Triangle)];

    /// <summary>How many values the features of a signal have.</summary>
    public static int Values(Spectrogram spectrogram) => (spectrogram.Frames + 1) / 2 * Bands;

    /// <summary>Makes the features of a signal.</summary>
    /// <param name="spectrogram">The signal's power.</param>
    /// <param name="level">Power of active speech in a frame, which makes the features independent of gain.</param>
    /// <param name="features">Takes 24 values a frame, natural logarithms: as many as <see cref="Values"/> says.</param>
    public static void Write(Spectrogram spectrogram, float level, Span<float> features)
    {
        var floor = Floor * level;
        for (var frame = 0; frame < features.Length / Bands; frame++)
        {
            var power = spectrogram[2 * frame];
            var bands = features.Slice(frame * Bands, Bands);
            for (var band = 0; band < Bands; band++)
            {
                var (first, weights) = Triangles[band];
                var sum = floor;
                for (var i = 0; i < weights.Length; i++)
                    sum += power[first + i] * weights[i];
                bands[band] = sum;
            }
        }

        TensorPrimitives.Log(features, features);
    }

    private static (int First, float[] Weights) Triangle(int band)
    {
        double low = Mel(LowHz), step = (Mel(HighHz) - low) / (Bands + 1);
        var weights = Enumerable.Range(0, Spectrogram.Bins)
            .Select(bin => 1 - Math.Abs(((Mel(bin * Spectrogram.BinHz) - low) / step) - band - 1)).ToArray();
        var first = Array.FindIndex(weights, w => w > 0);
        var last = Array.FindLastIndex(weights, w => w > 0);
        return (first, [.. weights[first..(last + 1)].Select(w => (float)w)]);
    }

    private static double Mel(double hz) => 1127 * Math.Log(1 + (hz / 700));
}
