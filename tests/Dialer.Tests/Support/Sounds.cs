using System.Buffers.Binary;
using EmptyNumber.Contracts;

namespace EmptyNumber.Dialer.Tests.Support;

/// <summary>Measures of sound, for tests; none of it shares code with what it measures.</summary>
internal static class Sounds
{
    /// <summary>The amplitude of one frequency (Goertzel).</summary>
    public static double Amplitude(ReadOnlySpan<float> samples, double hz, int rateHz = 8000)
    {
        var factor = 2 * Math.Cos(2 * Math.PI * hz / rateHz);
        double before = 0, now = 0;
        foreach (var sample in samples)
            (before, now) = (now, sample + (factor * now) - before);
        return 2 * Math.Sqrt(Math.Max(0, (now * now) + (before * before) - (factor * now * before))) / samples.Length;
    }

    /// <summary>The strongest of all frequencies between two bounds, to 1 Hz.</summary>
    public static double StrongestHz(float[] samples, int fromHz, int toHz, int rateHz = 8000) =>
        Enumerable.Range(fromHz, toHz - fromHz + 1).MaxBy(hz => Amplitude(samples, hz, rateHz));

    public static double Rms(ReadOnlySpan<float> samples)
    {
        var sum = 0.0;
        foreach (var sample in samples)
            sum += sample * sample;
        return Math.Sqrt(sum / Math.Max(1, samples.Length));
    }

    /// <summary>Alternating times on and off in seconds, by the level of 5 ms frames; what touches the ends is left out.</summary>
    public static List<(bool On, double Seconds)> Runs(float[] samples, double threshold, int rateHz = 8000)
    {
        var frame = rateHz / 200;
        var runs = new List<(bool On, double Seconds)>();
        for (var at = 0; at + frame <= samples.Length; at += frame)
        {
            var on = Rms(samples.AsSpan(at, frame)) > threshold;
            if (runs.Count > 0 && runs[^1].On == on)
                runs[^1] = (on, runs[^1].Seconds + 0.005);
            else
                runs.Add((on, 0.005));
        }

        return runs.Count <= 2 ? [] : runs[1..^1];
    }

    /// <summary>Both legs of a WAV, decoded by the definitions of the formats.</summary>
    public static float[][] Decode(byte[] wav, out WavHeader header)
    {
        WavHeader.TryRead(wav, out header, out var error).ShouldBeTrue(error);
        var legs = new float[header.Channels][];
        for (var leg = 0; leg < header.Channels; leg++)
        {
            legs[leg] = new float[header.Frames];
            for (var i = 0; i < header.Frames; i++)
                legs[leg][i] = Sample(wav.AsSpan(header.DataOffset + (i * header.BlockBytes) + (leg * header.SampleBytes), header.SampleBytes), header.Encoding);
        }

        return legs;
    }

    private static float Sample(ReadOnlySpan<byte> bytes, WavEncoding encoding) => (encoding, bytes.Length) switch
    {
        (WavEncoding.Pcm, 1) => (bytes[0] - 128) / 128f,
        (WavEncoding.Pcm, 2) => BinaryPrimitives.ReadInt16LittleEndian(bytes) / 32768f,
        (WavEncoding.Float, 4) => BinaryPrimitives.ReadSingleLittleEndian(bytes),
        (WavEncoding.ALaw, 1) => ALaw(bytes[0]) / 4096f,
        (WavEncoding.MuLaw, 1) => MuLaw(bytes[0]) / 8192f,
        _ => throw new NotSupportedException($"{encoding}, {bytes.Length} bytes"),
    };

    /// <summary>ITU-T G.711 table 1: decoder output in units of which full scale is 4,096.</summary>
    public static float ALaw(byte code)
    {
        var bits = code ^ 0x55;
        int segment = (bits >> 4) & 7, step = bits & 15;
        var value = segment == 0 ? (2 * step) + 1 : ((2 * step) + 33) << (segment - 1);
        return (bits & 0x80) != 0 ? value : -value;
    }

    /// <summary>ITU-T G.711 table 2: decoder output in units of which full scale is 8,192.</summary>
    public static float MuLaw(byte code)
    {
        var bits = ~code;
        int segment = (bits >> 4) & 7, step = bits & 15;
        var value = (((2 * step) + 33) << segment) - 33;
        return (bits & 0x80) != 0 ? -value : value;
    }
}
