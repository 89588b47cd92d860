using System.Buffers.Binary;
using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Tests.Analysis;

/// <summary>Composes calls, 8 kHz mono, full scale 1.</summary>
internal static class Sound
{
    public const int Rate = Recording.RateHz;

    public static readonly Signalling Unsignalled = new(null, null, null);

    public static string Fixtures { get; } = Path.Combine(AppContext.BaseDirectory, "Fixtures");

    public static string Pack { get; } = Path.Combine(AppContext.BaseDirectory, "Announcements");

    private static readonly Lazy<float[][]> PackSamples = new(() => [.. AnnouncementPack.Read(Pack).Select(announcement => announcement.Samples)]);

    public static float[] Silence(double seconds) => new float[(int)(seconds * Rate)];

    /// <summary>Peak of a sine of a level: full scale is 3.14 dBm0.</summary>
    public static double Peak(double dbm0) => Math.Pow(10, (dbm0 - 3.14) / 20);

    /// <summary>A tone that is on and off in turn.</summary>
    public static float[] Tone(double hz, double dbm0, params double[] onOffSeconds)
    {
        var parts = onOffSeconds.Select((seconds, i) => i % 2 == 1 ? Silence(seconds) : Sine(hz, dbm0, seconds));
        return Join([.. parts]);
    }

    public static float[] Ringback(int bursts, double lastPause = 4) =>
        Join([.. Enumerable.Range(1, bursts).Select(i => Tone(450, -15, 1, i == bursts ? lastPause : 4))]);

    public static float[] Join(params float[][] parts) => [.. parts.SelectMany(part => part)];

    public static float[] Noise(double seconds, double rms, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, (int)(seconds * Rate)).Select(_ => (float)(rms * Gauss(random)))];
    }

    /// <summary>Adds white noise at a distance from the loudest tenth of the sound.</summary>
    public static float[] AtSnr(float[] sound, double decibels, int seed)
    {
        var frames = sound.Chunk(160).Select(frame => frame.Average(x => x * x)).Order().ToArray();
        var noise = Noise((double)sound.Length / Rate + 1, Math.Sqrt(frames[frames.Length * 9 / 10]) * Math.Pow(10, -decibels / 20), seed);
        return [.. sound.Select((x, i) => x + noise[i])];
    }

    /// <summary>An announcement that a caller joins late and that is repeated.</summary>
    public static float[] Loop(float[] announcement, double fromSeconds, double seconds)
    {
        var round = Join(announcement, Silence(0.4));
        var start = (int)(fromSeconds * Rate) % announcement.Length;
        return [.. Enumerable.Range(start, (int)(seconds * Rate)).Select(i => round[i % round.Length])];
    }

    /// <summary>Speech that is in no library: two announcements of the pack, half of each, a little too fast or too slow.</summary>
    /// <param name="seed">Another one, another speech.</param>
    public static float[] Speech(int seed)
    {
        var random = new Random(seed);
        var pack = random.GetItems([.. PackSamples.Value], 2);
        return Join([.. pack.Select((samples, i) =>
        {
            var half = samples.Length / 2;
            return Faster(samples[(i * half)..((i + 1) * half)], (random.Next(2) == 0 ? 0.86 : 1.06) + (random.NextDouble() * 0.08));
        })]);
    }

    /// <summary>The same at another speed.</summary>
    public static float[] Faster(float[] sound, double times) =>
    [
        .. Enumerable.Range(0, (int)((sound.Length - 2) / times)).Select(i =>
        {
            var at = i * times;
            var left = (int)at;
            return (float)(sound[left] + ((at - left) * (sound[left + 1] - sound[left])));
        }),
    ];

    /// <summary>A second-order low-pass, then a high-pass: a bad telephone line.</summary>
    public static float[] Line(float[] sound, double lowHz, double highHz)
    {
        var output = new float[sound.Length];
        double high = 1 - Math.Exp(-2 * Math.PI * highHz / Rate), low = 1 - Math.Exp(-2 * Math.PI * lowHz / Rate), a = 0, b = 0, c = 0;
        for (var i = 0; i < sound.Length; i++)
        {
            a += high * (sound[i] - a);
            b += high * (a - b);
            c += low * (b - c);
            output[i] = (float)(b - c);
        }

        return output;
    }

    public static byte[] Wav(float[] sound, string encoding = "pcm16") => encoding switch
    {
        "pcm16" => Riff(1, 16, sound, (x, to) => BinaryPrimitives.WriteInt16LittleEndian(to, (short)Math.Clamp(x * 32768, -32768, 32767))),
        "pcm8" => Riff(1, 8, sound, (x, to) => to[0] = (byte)Math.Clamp((x * 128) + 128, 0, 255)),
        "alaw" => Riff(6, 8, sound, (x, to) => to[0] = Nearest(G711.ALaw, x)),
        "ulaw" => Riff(7, 8, sound, (x, to) => to[0] = Nearest(G711.MuLaw, x)),
        _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding, "not an encoding"),
    };

    public static byte[] Header(int format, int channels, int rate, int bits, int dataBytes, int? block = null)
    {
        var align = block ?? channels * bits / 8;
        var header = new byte[44];
        "RIFF"u8.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), 36 + dataBytes);
        "WAVEfmt "u8.CopyTo(header.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(20), (short)format);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(22), (short)channels);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(24), rate);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(28), rate * align);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(32), (short)align);
        BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(34), (short)bits);
        "data"u8.CopyTo(header.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(40), dataBytes);
        return header;
    }

    private static float[] Sine(double hz, double dbm0, double seconds) =>
        [.. Enumerable.Range(0, (int)(seconds * Rate)).Select(i => (float)(Peak(dbm0) * Math.Sin(2 * Math.PI * hz * i / Rate)))];

    private delegate void Write(float sample, Span<byte> to);

    private static byte[] Riff(int format, int bits, float[] sound, Write write)
    {
        var data = new byte[sound.Length * bits / 8];
        for (var i = 0; i < sound.Length; i++)
            write(sound[i], data.AsSpan(i * bits / 8));
        return [.. Header(format, 1, Rate, bits, data.Length), .. data];
    }

    private static byte Nearest(ReadOnlySpan<float> values, float x)
    {
        var best = 0;
        for (var code = 1; code < values.Length; code++)
        {
            if (Math.Abs(values[code] - x) < Math.Abs(values[best] - x))
                best = code;
        }

        return (byte)best;
    }

    private static double Gauss(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
