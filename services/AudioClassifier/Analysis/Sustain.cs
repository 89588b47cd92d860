using System.Numerics.Tensors;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// Tells music from speech in noise, which fills the pauses by which <see cref="Activity"/> tells them: notes are held, syllables are not. Of the fourth
/// root of the power, in which noise counts little, how much is like it was 80 ms before.
/// </summary>
public static class Sustain
{
    private const int FirstBin = 8;
    private const int Bins = 102;
    private const int LagFrames = 8;

    // A second and a half is enough to tell, and the least held counts: speech after music is speech.
    private const int WindowFrames = 150;

    /// <summary>Mean correlation that speech in noise seldom reaches: docs/accuracy.md.</summary>
    private const float LeastCorrelation = 0.12f;

    /// <summary>Has what is no music, for it is not held throughout, be speech.</summary>
    /// <param name="segments">What the recording consists of.</param>
    /// <param name="spectrogram">The recording.</param>
    public static void TellMusic(Span<AudioSegment> segments, Spectrogram spectrogram)
    {
        using var room = new Rented<int>(spectrogram.Frames);
        var count = 0;
        foreach (var segment in segments)
        {
            if (segment.Kind != SegmentKind.Music)
                continue;
            var end = Activity.Frame(segment.EndS, spectrogram.Frames);
            for (var frame = Activity.Frame(segment.StartS, spectrogram.Frames); frame < end; frame++)
                room.Span[count++] = frame;
        }

        if (count == 0 || IsHeld(spectrogram, room.Span[..count]))
            return;
        foreach (ref var segment in segments)
        {
            if (segment.Kind == SegmentKind.Music)
                segment = segment with { Kind = SegmentKind.Speech };
        }
    }

    /// <summary>Whether a sound is held throughout.</summary>
    private static bool IsHeld(Spectrogram spectrogram, ReadOnlySpan<int> frames)
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
