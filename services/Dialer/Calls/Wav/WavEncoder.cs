using System.Buffers;
using System.Buffers.Binary;
using EmptyNumber.Contracts;

namespace EmptyNumber.Dialer.Calls.Wav;

/// <summary>Writes RIFF/WAVE files as different recorders do.</summary>
internal static class WavEncoder
{
    /// <summary>The rate of what comes in, in Hz.</summary>
    public const int InputRateHz = 8000;

    /// <summary>Makes the file.</summary>
    /// <param name="samples">Sound at 8 kHz, ±1 is full scale; what exceeds it is clipped.</param>
    /// <param name="format">The form of the file.</param>
    public static byte[] Encode(ReadOnlySpan<float> samples, WavFormat format)
    {
        if (format.SampleRateHz == InputRateHz)
            return Write(samples, format);
        if (format.SampleRateHz != 2 * InputRateHz)
            throw new ArgumentOutOfRangeException(nameof(format), format.SampleRateHz, "8,000 or 16,000 Hz");

        var doubled = ArrayPool<float>.Shared.Rent(2 * samples.Length);
        try
        {
            Upsampler.Double(samples, doubled);
            return Write(doubled.AsSpan(0, 2 * samples.Length), format);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(doubled);
        }
    }

    private static byte[] Write(ReadOnlySpan<float> samples, WavFormat format)
    {
        var linear = format.Encoding == WavEncoding.Pcm;
        var frameBytes = format.Channels * format.SampleBytes;
        var dataBytes = samples.Length * frameBytes;
        var headerBytes = linear ? 44 : 58;
        // Chunks are padded to even lengths; but where the length is not declared, the padding would be heard.
        var padding = format.Length == DeclaredLength.True ? dataBytes & 1 : 0;
        var file = new byte[headerBytes + dataBytes + padding];
        uint Declared(int length) => format.Length switch
        {
            DeclaredLength.Zero => 0,
            DeclaredLength.AllOnes => uint.MaxValue,
            _ => (uint)length,
        };

        var header = new Cursor(file);
        header.Put("RIFF"u8);
        header.Put(Declared(file.Length - 8));
        header.Put("WAVEfmt "u8);
        header.Put(linear ? 16u : 18u);
        header.Put(format.Tag);
        header.Put((ushort)format.Channels);
        header.Put((uint)format.SampleRateHz);
        header.Put((uint)(format.SampleRateHz * frameBytes));
        header.Put((ushort)frameBytes);
        header.Put((ushort)(8 * format.SampleBytes));
        if (!linear)
        {
            // No extension to the format, and the number of frames, as is asked of all but PCM.
            header.Put((ushort)0);
            header.Put("fact"u8);
            header.Put(4u);
            header.Put(Declared(samples.Length));
        }

        header.Put("data"u8);
        header.Put(Declared(dataBytes));
        WriteSamples(samples, file.AsSpan(headerBytes, dataBytes), format);
        return file;
    }

    private static void WriteSamples(ReadOnlySpan<float> samples, Span<byte> data, WavFormat format)
    {
        var width = format.SampleBytes;
        var at = format.Leg == Leg.Right ? width : 0;
        var silent = width - at;
        foreach (var sample in samples)
        {
            Code(sample, data.Slice(at, width), format.Encoding);
            if (format.Leg != Leg.Mono)
                Code(0, data.Slice(silent, width), format.Encoding);
            at += width * format.Channels;
            silent += width * format.Channels;
        }
    }

    private static void Code(float sample, Span<byte> target, WavEncoding encoding)
    {
        switch (encoding, target.Length)
        {
            case (WavEncoding.Pcm, 1):
                target[0] = (byte)Math.Clamp(MathF.Round(sample * 128) + 128, 0, 255);
                break;
            case (WavEncoding.Pcm, 2):
                BinaryPrimitives.WriteInt16LittleEndian(target, Linear16(sample));
                break;
            case (WavEncoding.ALaw, 1):
                target[0] = G711.EncodeALaw(Linear16(sample));
                break;
            case (WavEncoding.MuLaw, 1):
                target[0] = G711.EncodeMuLaw(Linear16(sample));
                break;
            case (WavEncoding.Float, 4):
                BinaryPrimitives.WriteSingleLittleEndian(target, Math.Clamp(sample, -1, 1));
                break;
            default:
                throw new NotSupportedException($"{encoding} of {target.Length} bytes is not written.");
        }
    }

    private static short Linear16(float sample) => (short)Math.Clamp(MathF.Round(sample * 32768), short.MinValue, short.MaxValue);

    /// <summary>Writes little-endian fields one after another.</summary>
    private ref struct Cursor(Span<byte> target)
    {
        private Span<byte> _rest = target;

        public void Put(ReadOnlySpan<byte> text)
        {
            text.CopyTo(_rest);
            _rest = _rest[text.Length..];
        }

        public void Put(uint value)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_rest, value);
            _rest = _rest[4..];
        }

        public void Put(ushort value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_rest, value);
            _rest = _rest[2..];
        }
    }
}
