using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// A recording, 8 kHz mono, in a byte a sample: each 20 ms to the scale of its loudest sample, which leaves noise 40 dB or more below it. Half
/// the memory of 16 bits, and no telephone line is as clean. Immutable.
/// </summary>
public sealed class Waveform
{
    private const int BlockSamples = Recording.RateHz / 50;

    private readonly sbyte[] _samples;
    private readonly float[] _scales;

    /// <param name="samples">Full scale is 1.</param>
    public Waveform(ReadOnlySpan<float> samples)
    {
        _samples = new sbyte[samples.Length];
        _scales = new float[(samples.Length + BlockSamples - 1) / BlockSamples];
        for (var block = 0; block < _scales.Length; block++)
        {
            var first = block * BlockSamples;
            var part = samples[first..Math.Min(first + BlockSamples, samples.Length)];
            var scale = _scales[block] = Math.Abs(TensorPrimitives.MaxMagnitude(part)) / sbyte.MaxValue;
            if (scale == 0)
                continue;
            for (var i = 0; i < part.Length; i++)
                _samples[first + i] = (sbyte)MathF.Round(part[i] / scale);
        }
    }

    /// <summary>Samples.</summary>
    public int Length => _samples.Length;

    /// <summary>Gives the samples, full scale is 1.</summary>
    /// <param name="samples">Takes them: <see cref="Length"/>.</param>
    public void CopyTo(Span<float> samples)
    {
        for (var block = 0; block < _scales.Length; block++)
        {
            var first = block * BlockSamples;
            var part = _samples.AsSpan(first, Math.Min(BlockSamples, _samples.Length - first));
            var to = samples.Slice(first, part.Length);
            Scale(part, _scales[block], to);
        }
    }

    private static void Scale(ReadOnlySpan<sbyte> samples, float scale, Span<float> scaled)
    {
        var i = 0;
        for (; i <= samples.Length - Vector128<sbyte>.Count; i += Vector128<sbyte>.Count)
        {
            var (low, high) = Vector256.Widen(Vector256.WidenLower(Vector128.Create(samples[i..]).ToVector256()));
            (Vector512.ConvertToSingle(Vector512.Create(low, high)) * scale).CopyTo(scaled[i..]);
        }

        for (; i < samples.Length; i++)
            scaled[i] = samples[i] * scale;
    }
}
