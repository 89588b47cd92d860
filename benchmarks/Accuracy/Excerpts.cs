using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MathNet.Numerics.Distributions;

namespace EmptyNumber.Benchmarks.Accuracy;

/// <summary>
/// Hard excerpts of a call: 0.3 s to all of it, each doubling as likely as the next, cut at random around where it is loud, with white noise 10, 5 or
/// 0 dB below what is loud, 5 dB above or none, on top of what line, codec and noise had done. The same call gives the same excerpts.
/// </summary>
internal static class Excerpts
{
    private const double ShortestS = 0.3;
    private const int RateHz = EmptyNumber.AudioClassifier.Analysis.Recording.RateHz;
    private const int BlockSamples = RateHz / 10;

    /// <summary>Loud is what comes within 12 dB of the loudest tenth of a second.</summary>
    private const double LoudShare = 1.0 / 16;

    private static readonly double?[] SnrsDb = [null, 10, 5, 0, -5];

    /// <summary>Cuts excerpts.</summary>
    /// <param name="call">8 kHz mono.</param>
    /// <param name="count">How many.</param>
    public static IEnumerable<float[]> Of(float[] call, int count)
    {
        var random = new Random(BitConverter.ToInt32(SHA256.HashData(MemoryMarshal.AsBytes<float>(call))));
        var powers = Powers(call);
        var least = powers.Max() * LoudShare;
        var loud = Enumerable.Range(0, powers.Length).Where(block => powers[block] >= least).ToArray();
        var shortest = Math.Min(call.Length, ShortestS * RateHz);
        for (var i = 0; i < count; i++)
        {
            var length = (int)(shortest * Math.Pow(call.Length / shortest, random.NextDouble()));
            var middle = (loud[random.Next(loud.Length)] * BlockSamples) + random.Next(BlockSamples);
            var excerpt = call.AsSpan(Math.Clamp(middle - (length / 2), 0, call.Length - length), length).ToArray();
            if (SnrsDb[random.Next(SnrsDb.Length)] is { } snrDb)
                AddNoise(excerpt, LoudPower(excerpt) / Math.Pow(10, snrDb / 10), random);
            yield return excerpt;
        }
    }

    /// <summary>Of each whole tenth of a second, or of what there is.</summary>
    private static double[] Powers(float[] samples) =>
        [.. samples.Chunk(BlockSamples).Where((block, i) => i == 0 || block.Length == BlockSamples).Select(Power)];

    private static double LoudPower(float[] samples)
    {
        var powers = Powers(samples);
        var least = powers.Max() * LoudShare;
        return powers.Where(power => power >= least).Average();
    }

    private static double Power(float[] samples) => samples.Sum(sample => (double)sample * sample) / samples.Length;

    private static void AddNoise(float[] samples, double power, Random random)
    {
        var noise = new Normal(0, Math.Sqrt(power), random);
        for (var i = 0; i < samples.Length; i++)
            samples[i] += (float)noise.Sample();
    }
}
