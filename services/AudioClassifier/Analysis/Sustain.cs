using System.Numerics.Tensors;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// Whether a sound is held, as notes are and syllables are not: how much its spectrum is like the one 80 ms later. Noise fills the pauses by which
/// speech is told from music, and leaves this: the fourth root of the power makes little of it.
/// </summary>
internal static class Sustain
{
    private const int FirstBin = 8;
    private const int Bins = 102;
    private const int LagFrames = 8;

    // A second and a half is enough to tell, and the least held counts: speech after music is speech.
    private const int WindowFrames = 150;

    /// <summary>
    /// Mean correlation that speech seldom reaches. Where the pauses do not tell: of music in noise, all but one in ten has more, of speech one in fifteen.
    /// </summary>
    private const float LeastCorrelation = 0.12f;

    /// <summary>Whether a sound is held throughout.</summary>
    /// <param name="spectrogram">The recording.</param>
    /// <param name="frames">The sound's frames, in order.</param>
    public static bool IsHeld(Spectrogram spectrogram, ReadOnlySpan<int> frames)
    {
        var window = Math.Min(WindowFrames, frames.Length);
        if (window <= LagFrames)
            return false;
        using var room = new Rented<float>((window + 1) * Bins);
        for (var first = 0; ; first += window / 2)
        {
            first = Math.Min(first, frames.Length - window);
            if (Correlation(spectrogram, frames.Slice(first, window), room.Span) < LeastCorrelation)
                return false;
            if (first == frames.Length - window)
                return true;
        }
    }

    /// <summary>Mean correlation of a frame's spectrum, beside what is in it throughout, with the one 80 ms later.</summary>
    private static float Correlation(Spectrogram spectrogram, ReadOnlySpan<int> frames, Span<float> room)
    {
        var mean = room[(frames.Length * Bins)..];
        mean.Clear();
        for (var i = 0; i < frames.Length; i++)
        {
            var root = room.Slice(i * Bins, Bins);
            TensorPrimitives.Sqrt(spectrogram[frames[i]].Slice(FirstBin, Bins), root);
            TensorPrimitives.Sqrt(root, root);
            TensorPrimitives.Add(mean, root, mean);
        }

        TensorPrimitives.Divide(mean, frames.Length, mean);
        for (var i = 0; i < frames.Length; i++)
        {
            var root = room.Slice(i * Bins, Bins);
            TensorPrimitives.Subtract(root, mean, root);
            TensorPrimitives.Subtract(root, TensorPrimitives.Sum(root) / Bins, root);
            TensorPrimitives.Divide(root, TensorPrimitives.Norm(root) + 1e-9f, root);
        }

        var sum = 0f;
        var pairs = frames.Length - LagFrames;
        for (var i = 0; i < pairs; i++)
            sum += TensorPrimitives.Dot(room.Slice(i * Bins, Bins), room.Slice((i + LagFrames) * Bins, Bins));
        return sum / pairs;
    }
}
