using System.Buffers.Binary;
using System.Runtime.InteropServices;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>Decodes a WAV file to what the engine hears: 8 kHz mono.</summary>
public static class WavReader
{
    private const int ChunkFrames = 3_200;

    /// <summary>
    /// Decodes a file. Of two channels, the one that carries sound. Holds one float a sample of the result and a few
    /// kilobytes besides: at most 4 times the file, or 3.8 MB (120 s) for GSM 06.10.
    /// </summary>
    /// <param name="wav">The whole file, in any format that <see cref="WavHeader"/> accepts.</param>
    /// <exception cref="WavFormatException">The file is not such a recording.</exception>
    public static Recording Read(ReadOnlySpan<byte> wav)
    {
        if (!WavHeader.TryRead(wav, out var header, out var error))
            throw new WavFormatException(error);

        var data = wav.Slice(header.DataOffset, header.Blocks * header.BlockBytes);
        var channel = header.Channels == 1 || Power(data, header, 0) >= Power(data, header, 1) ? 0 : 1;
        var samples = new float[Math.Max(1, (long)header.Frames * Recording.RateHz / header.SampleRateHz)];
        var resampler = new Resampler(header.SampleRateHz, ChunkFrames);
        var written = 0;
        foreach (var chunk in new Chunks(data, header, channel))
            written += resampler.Write(chunk, samples.AsSpan(written));
        resampler.Finish(samples.AsSpan(written));
        return new Recording(samples, header);
    }

    /// <summary>Power without the constant part.</summary>
    private static double Power(ReadOnlySpan<byte> data, WavHeader header, int channel)
    {
        double sum = 0, squares = 0;
        foreach (var chunk in new Chunks(data, header, channel))
        {
            foreach (var x in chunk)
            {
                sum += x;
                squares += (double)x * x;
            }
        }

        return squares - (sum * sum / header.Frames);
    }

    /// <summary>One channel's samples in pieces of at most 3,200.</summary>
    private ref struct Chunks(ReadOnlySpan<byte> data, WavHeader header, int channel)
    {
        private readonly float[] _buffer = new float[ChunkFrames];
        private readonly Gsm610? _gsm = header.Encoding == WavEncoding.Gsm610 ? new Gsm610() : null;
        private readonly int _chunkBlocks = header.Encoding == WavEncoding.Gsm610 ? ChunkFrames / Gsm610.BlockSamples : ChunkFrames;
        private ReadOnlySpan<byte> _rest = data;

        public ReadOnlySpan<float> Current { get; private set; }

        public readonly Chunks GetEnumerator() => this;

        public bool MoveNext()
        {
            var blocks = Math.Min(_rest.Length / header.BlockBytes, _chunkBlocks);
            if (blocks == 0)
                return false;
            var bytes = _rest[..(blocks * header.BlockBytes)];
            _rest = _rest[bytes.Length..];
            if (_gsm is null)
            {
                Current = _buffer.AsSpan(0, blocks);
                Decode(bytes[(channel * header.SampleBytes)..], header, _buffer.AsSpan(0, blocks));
                return true;
            }

            for (var i = 0; i < blocks; i++)
                _gsm.Decode(bytes.Slice(i * Gsm610.BlockBytes, Gsm610.BlockBytes), _buffer.AsSpan(i * Gsm610.BlockSamples, Gsm610.BlockSamples));
            Current = _buffer.AsSpan(0, blocks * Gsm610.BlockSamples);
            return true;
        }
    }

    private static void Decode(ReadOnlySpan<byte> bytes, WavHeader header, Span<float> samples)
    {
        var step = header.BlockBytes;
        switch (header.Encoding, header.SampleBytes)
        {
            case (WavEncoding.ALaw, _):
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = G711.ALaw[bytes[i * step]];
                break;
            case (WavEncoding.MuLaw, _):
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = G711.MuLaw[bytes[i * step]];
                break;
            case (WavEncoding.Pcm, 1):
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = (bytes[i * step] - 128) / 128f;
                break;
            case (WavEncoding.Pcm, 2):
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(i * step)..]) / 32768f;
                break;
            case (WavEncoding.Pcm, 3):
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = (bytes[i * step] | (bytes[(i * step) + 1] << 8) | ((sbyte)bytes[(i * step) + 2] << 16)) / 8388608f;
                break;
            case (WavEncoding.Pcm, _):
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = BinaryPrimitives.ReadInt32LittleEndian(bytes[(i * step)..]) / 2147483648f;
                break;
            case (WavEncoding.Float, 4):
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = Finite(MemoryMarshal.Read<float>(bytes[(i * step)..]));
                break;
            default:
                for (var i = 0; i < samples.Length; i++)
                    samples[i] = Finite((float)MemoryMarshal.Read<double>(bytes[(i * step)..]));
                break;
        }
    }

    // Full scale of a float file is 1; some recorders overshoot. What is no number is silence.
    private static float Finite(float x) => float.IsFinite(x) ? Math.Clamp(x, -8f, 8f) : 0;
}
