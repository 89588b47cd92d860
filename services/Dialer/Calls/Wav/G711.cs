using System.Numerics;

namespace EmptyNumber.Dialer.Calls.Wav;

/// <summary>ITU-T G.711 on 16-bit linear samples: 13 bits of it reach the A-law, 14 the µ-law.</summary>
internal static class G711
{
    private const int MuLawBias = 0x84;
    private const int MuLawClip = 32635;

    /// <summary>Codes a sample by the A-law, even bits inverted as it is transmitted.</summary>
    public static byte EncodeALaw(short sample)
    {
        var positive = sample >= 0;
        // The standard's ones' complement: −1 mirrors to 0, so that both halves have 4,096 steps.
        var magnitude = (positive ? sample : ~sample) >> 3;
        var segment = Math.Max(0, BitOperations.Log2((uint)magnitude) - 4);
        var step = (magnitude >> Math.Max(1, segment)) & 0x0F;
        return (byte)(((positive ? 0x80 : 0) | (segment << 4) | step) ^ 0x55);
    }

    /// <summary>The middle of the A-law's interval for a code.</summary>
    public static short DecodeALaw(byte code)
    {
        var bits = code ^ 0x55;
        var segment = (bits >> 4) & 7;
        var magnitude = ((bits & 0x0F) << 4) + 8;
        if (segment > 0)
            magnitude = (magnitude + 0x100) << (segment - 1);
        return (short)((bits & 0x80) != 0 ? magnitude : -magnitude);
    }

    /// <summary>Codes a sample by the µ-law, all bits inverted as it is transmitted.</summary>
    public static byte EncodeMuLaw(short sample)
    {
        var magnitude = Math.Min(Math.Abs((int)sample), MuLawClip) + MuLawBias;
        var segment = BitOperations.Log2((uint)magnitude) - 7;
        var step = (magnitude >> (segment + 3)) & 0x0F;
        return (byte)~((sample < 0 ? 0x80 : 0) | (segment << 4) | step);
    }
}
