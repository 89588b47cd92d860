using System.Buffers.Binary;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>Writes what the engine hears as a WAV file.</summary>
public static class WavWriter
{
    private const int HeaderBytes = 44;

    /// <summary>Writes 8 kHz mono, 16 bits; what is beyond full scale is clipped.</summary>
    /// <param name="samples">8 kHz mono, full scale is 1.</param>
    public static byte[] Write(ReadOnlySpan<float> samples)
    {
        const int sampleBytes = sizeof(short);
        var wav = new byte[HeaderBytes + (samples.Length * sampleBytes)];
        var header = wav.AsSpan();
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], wav.Length - 8);
        "WAVEfmt "u8.CopyTo(header[8..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], 16);
        BinaryPrimitives.WriteInt16LittleEndian(header[20..], 1);
        BinaryPrimitives.WriteInt16LittleEndian(header[22..], 1);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], Recording.RateHz);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], Recording.RateHz * sampleBytes);
        BinaryPrimitives.WriteInt16LittleEndian(header[32..], sampleBytes);
        BinaryPrimitives.WriteInt16LittleEndian(header[34..], 8 * sampleBytes);
        "data"u8.CopyTo(header[36..]);
        BinaryPrimitives.WriteInt32LittleEndian(header[40..], samples.Length * sampleBytes);
        for (var i = 0; i < samples.Length; i++)
        {
            var sample = (short)Math.Clamp(MathF.Round(samples[i] * 32768), short.MinValue, short.MaxValue);
            BinaryPrimitives.WriteInt16LittleEndian(header[(HeaderBytes + (i * sampleBytes))..], sample);
        }

        return wav;
    }
}
