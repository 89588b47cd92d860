using System.Buffers.Binary;

namespace EmptyNumber.WholeSuite;

/// <summary>A recording that the classifier is sure of and soon done with: the busy tone of China (GB/T 3380: 450 Hz, 0.35 s on, 0.35 s off), state 5.</summary>
public static class BusyTone
{
    private const int RateHz = 8000;
    private const double FrequencyHz = 450;
    private const int BeatSamples = 35 * RateHz / 100;
    private const int HeaderBytes = 44;

    /// <summary>RIFF/WAVE, PCM16, 8 kHz, mono.</summary>
    /// <param name="seconds">Its length.</param>
    public static byte[] Wav(double seconds = 4)
    {
        var samples = (int)(seconds * RateHz);
        var wav = new byte[HeaderBytes + samples * sizeof(short)];
        "RIFF"u8.CopyTo(wav);
        Write(4, wav.Length - 8);
        "WAVEfmt "u8.CopyTo(wav.AsSpan(8));
        Write(16, 16);
        Write(20, 1 | 1 << 16); // PCM, one channel
        Write(24, RateHz);
        Write(28, RateHz * sizeof(short));
        Write(32, sizeof(short) | 16 << 16); // bytes a sample, bits a sample
        "data"u8.CopyTo(wav.AsSpan(36));
        Write(40, samples * sizeof(short));
        for (var i = 0; i < samples; i++)
        {
            var level = i / BeatSamples % 2 == 0 ? 8000 * Math.Sin(2 * Math.PI * FrequencyHz * i / RateHz) : 0;
            BinaryPrimitives.WriteInt16LittleEndian(wav.AsSpan(HeaderBytes + i * sizeof(short)), (short)level);
        }

        return wav;

        void Write(int offset, int value) => BinaryPrimitives.WriteInt32LittleEndian(wav.AsSpan(offset), value);
    }
}
