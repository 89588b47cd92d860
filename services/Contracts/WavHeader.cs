using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace EmptyNumber.Contracts;

/// <summary>How a recording's samples are encoded.</summary>
public enum WavEncoding
{
    /// <summary>Integers, 8 bits unsigned or 16, 24, 32 bits signed.</summary>
    Pcm,

    /// <summary>IEEE 754, 32 or 64 bits.</summary>
    Float,

    /// <summary>ITU-T G.711 A-law.</summary>
    ALaw,

    /// <summary>ITU-T G.711 µ-law.</summary>
    MuLaw,

    /// <summary>GSM 06.10 full rate in Microsoft's packing (WAV49): 65 bytes for 320 samples.</summary>
    Gsm610,
}

/// <summary>
/// What the header of a RIFF/WAVE recording says, checked: whoever holds one can decode the samples without looking again.
/// </summary>
/// <param name="Encoding">How the samples are encoded.</param>
/// <param name="SampleRateHz">8,000 to 48,000.</param>
/// <param name="Channels">1 or 2.</param>
/// <param name="BlockBytes">Bytes of one block: a frame of all channels, or 65 for GSM 06.10.</param>
/// <param name="DataOffset">Where the samples begin in the file.</param>
/// <param name="Blocks">Whole blocks in the file, at least 1.</param>
public readonly record struct WavHeader(
    WavEncoding Encoding, int SampleRateHz, int Channels, int BlockBytes, int DataOffset, int Blocks)
{
    /// <summary>The largest file that is taken: 10 MB.</summary>
    public const int MaxBytes = 10 * 1024 * 1024;

    /// <summary>The longest recording that is taken.</summary>
    public static readonly TimeSpan MaxDuration = TimeSpan.FromSeconds(120);

    private const int GsmBlockBytes = 65;
    private const int GsmBlockFrames = 320;
    private const ushort Extensible = 0xFFFE;

    /// <summary>Samples of each channel.</summary>
    public int Frames => Encoding == WavEncoding.Gsm610 ? Blocks * GsmBlockFrames : Blocks;

    /// <summary>Bytes of one sample of one channel; 0 for GSM 06.10.</summary>
    public int SampleBytes => Encoding == WavEncoding.Gsm610 ? 0 : BlockBytes / Channels;

    /// <summary>How long the recording is.</summary>
    public TimeSpan Duration => TimeSpan.FromSeconds((double)Frames / SampleRateHz);

    /// <summary>
    /// Reads the header of a whole file. Lengths that a streaming recorder left wrong (0, 0xFFFFFFFF, past the end, or
    /// short of it) are taken as "to the end of the file".
    /// </summary>
    /// <param name="wav">The file.</param>
    /// <param name="header">The header, where the answer is true.</param>
    /// <param name="error">A sentence for whoever sent the file, where the answer is false.</param>
    public static bool TryRead(ReadOnlySpan<byte> wav, out WavHeader header, [NotNullWhen(false)] out string? error)
    {
        header = default;
        if (wav.Length > MaxBytes)
            return Refuse($"the file has {wav.Length} bytes; {MaxBytes} are allowed", out error);
        if (wav.Length < 12 || !wav[..4].SequenceEqual("RIFF"u8) || !wav[8..12].SequenceEqual("WAVE"u8))
            return Refuse("not a RIFF/WAVE file", out error);

        WavHeader? format = null;
        for (var at = 12; at + 8 <= wav.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(wav[(at + 4)..]);
            var body = at + 8;
            if (wav.Slice(at, 4).SequenceEqual("data"u8))
            {
                if (format is null)
                    return Refuse("the samples come before their format", out error);
                return TryMeasure(format.Value, body, DataBytes(wav[body..], length), out header, out error);
            }

            if (length > wav.Length - body)
                return Refuse("a chunk before the samples is longer than the file", out error);
            if (wav.Slice(at, 4).SequenceEqual("fmt "u8))
            {
                if (!TryReadFormat(wav.Slice(body, (int)length), out var read, out error))
                    return false;
                format = read;
            }

            at = body + (int)length + (int)(length & 1);
        }

        return Refuse(format is null ? "the file has no format" : "the file has no samples", out error);
    }

    private static bool TryReadFormat(ReadOnlySpan<byte> fmt, out WavHeader format, [NotNullWhen(false)] out string? error)
    {
        format = default;
        if (fmt.Length < 16)
            return Refuse("the format is too short", out error);
        var tag = BinaryPrimitives.ReadUInt16LittleEndian(fmt);
        int channels = BinaryPrimitives.ReadUInt16LittleEndian(fmt[2..]);
        var rate = BinaryPrimitives.ReadUInt32LittleEndian(fmt[4..]);
        int block = BinaryPrimitives.ReadUInt16LittleEndian(fmt[12..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(fmt[14..]);
        if (tag == Extensible)
        {
            if (fmt.Length < 40)
                return Refuse("the extensible format is too short", out error);
            tag = BinaryPrimitives.ReadUInt16LittleEndian(fmt[24..]);
        }

        if (channels is not (1 or 2))
            return Refuse($"{channels} channels; 1 or 2 are allowed", out error);
        if (rate is < 8_000 or > 48_000)
            return Refuse($"{rate} Hz; 8000 to 48000 are allowed", out error);

        WavEncoding? encoding = (tag, bits) switch
        {
            (1, 8 or 16 or 24 or 32) => WavEncoding.Pcm,
            (3, 32 or 64) => WavEncoding.Float,
            (6, 8) => WavEncoding.ALaw,
            (7, 8) => WavEncoding.MuLaw,
            (0x31, _) when channels == 1 => WavEncoding.Gsm610,
            _ => null,
        };
        if (encoding is null)
            return Refuse($"format {tag} with {bits} bits; PCM, float, A-law, µ-law and GSM 6.10 are allowed", out error);

        var expected = encoding == WavEncoding.Gsm610 ? GsmBlockBytes : channels * bits / 8;
        if (block != expected)
            return Refuse($"blocks of {block} bytes where the format needs {expected}", out error);
        format = new WavHeader(encoding.Value, (int)rate, channels, block, 0, 0);
        error = null;
        return true;
    }

    private static bool TryMeasure(
        WavHeader format, int offset, int bytes, out WavHeader header, [NotNullWhen(false)] out string? error)
    {
        header = format with { DataOffset = offset, Blocks = bytes / format.BlockBytes };
        if (header.Blocks == 0)
            return Refuse("the file has no samples", out error);
        if (header.Duration > MaxDuration)
            return Refuse($"{header.Duration.TotalSeconds:0} s long; {MaxDuration.TotalSeconds:0} are allowed", out error);
        error = null;
        return true;
    }

    /// <summary>The declared length where it can be true: the file ends there, or goes on with whole chunks.</summary>
    private static int DataBytes(ReadOnlySpan<byte> rest, uint declared)
    {
        if (declared > rest.Length)
            return rest.Length;
        long at = declared + (declared & 1);
        if (at >= rest.Length)
            return declared == 0 ? rest.Length : (int)declared;
        while (at + 8 <= rest.Length && !rest.Slice((int)at, 4).ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            var length = BinaryPrimitives.ReadUInt32LittleEndian(rest[(int)(at + 4)..]);
            at += 8 + (long)length + (length & 1);
        }

        return at >= rest.Length && at <= rest.Length + 1 ? (int)declared : rest.Length;
    }

    private static bool Refuse(string why, out string error)
    {
        error = why;
        return false;
    }
}
