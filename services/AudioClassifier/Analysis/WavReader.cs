using System.Buffers.Binary;
using System.Runtime.InteropServices;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// Decodes WAV files to what the engine hears: 8 kHz mono. Holds one float a sample of the longest so far and a few kilobytes besides: at
/// most 3.8 MB (120 s). Not thread-safe; its buffers are used again.
/// </summary>
public sealed class WavReader
{
    private const int ChunkFrames = 3_200;

    // Thousands are read one after another.
    [ThreadStatic]
    private static WavReader? ThreadReader;

    private readonly float[] _chunk = new float[ChunkFrames];
    private Resampler _resampler = new(Recording.RateHz, ChunkFrames);
    private float[] _samples = [];

    /// <summary>Decodes a single file.</summary>
    /// <param name="wav">The whole file, in any format that <see cref="WavHeader"/> accepts.</param>
    /// <exception cref="WavFormatException">The file is not such a recording.</exception>
    public static Recording Read(ReadOnlySpan<byte> wav)
    {
        ThreadReader ??= new WavReader();
        var samples = ThreadReader.Decode(wav, out var header).ToArray();
        return new Recording(samples, header);
    }

    /// <summary>Decodes a file. Of two channels, the one that carries sound.</summary>
    /// <param name="wav">The whole file, in any format that <see cref="WavHeader"/> accepts.</param>
    /// <param name="header">What the file was.</param>
    /// <returns>8 kHz mono, full scale is 1. Valid until the next file is decoded.</returns>
    /// <exception cref="WavFormatException">The file is not such a recording.</exception>
    public ReadOnlySpan<float> Decode(ReadOnlySpan<byte> wav, out WavHeader header)
    {
        if (!WavHeader.TryRead(wav, out header, out var error))
            throw new WavFormatException(error);

        var data = wav.Slice(header.DataOffset, header.Blocks * header.BlockBytes);
        var channel = header.Channels == 1 || Power(data, header, 0) >= Power(data, header, 1) ? 0 : 1;
        var samples = Room.Of(ref _samples, (int)Math.Max(1, (long)header.Frames * Recording.RateHz / header.SampleRateHz));
        if (_resampler.RateHz != header.SampleRateHz)
            _resampler = new Resampler(header.SampleRateHz, ChunkFrames);
        _resampler.Reset();
        var written = 0;
        foreach (var chunk in new Chunks(data, header, channel, _chunk))
            written += _resampler.Write(chunk, samples[written..]);
        written += _resampler.Finish(samples[written..]);
        samples[written..].Clear();
        return samples;
    }

    /// <summary>Power without the constant part.</summary>
    private double Power(ReadOnlySpan<byte> data, WavHeader header, int channel)
    {
        double sum = 0, squares = 0;
        foreach (var chunk in new Chunks(data, header, channel, _chunk))
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
    private ref struct Chunks(ReadOnlySpan<byte> data, WavHeader header, int channel, float[] buffer)
    {
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
                Current = buffer.AsSpan(0, blocks);
                Decode(bytes[(channel * header.SampleBytes)..], header, buffer.AsSpan(0, blocks));
                return true;
            }

            for (var i = 0; i < blocks; i++)
                _gsm.Decode(bytes.Slice(i * Gsm610.BlockBytes, Gsm610.BlockBytes), buffer.AsSpan(i * Gsm610.BlockSamples, Gsm610.BlockSamples));
            Current = buffer.AsSpan(0, blocks * Gsm610.BlockSamples);
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
