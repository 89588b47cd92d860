namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// Decoder of GSM 06.10 full rate (ETSI EN 300 961, RPE-LTP) in the packing of WAV files: blocks of 65 bytes hold two
/// frames of 260 bits, least significant bit first, 160 samples each. Bit-exact. Not thread-safe: it carries the state of one stream.
/// </summary>
public sealed class Gsm610
{
    /// <summary>Bytes of a block.</summary>
    public const int BlockBytes = 65;

    /// <summary>Samples of a block.</summary>
    public const int BlockSamples = 2 * FrameSamples;

    private const int FrameSamples = 160;
    private const int History = 120;
    private const int Order = 8;

    // Tables 4.1, 4.3b and 4.6 of the standard.
    private static ReadOnlySpan<byte> LarBits => [6, 6, 5, 5, 4, 4, 3, 3];
    private static ReadOnlySpan<short> LarOffset => [0, 0, 2048, -2560, 94, -1792, -341, -1144];
    private static ReadOnlySpan<short> LarMinimum => [-32, -32, -16, -16, -8, -8, -4, -4];
    private static ReadOnlySpan<short> LarInverse => [13107, 13107, 13107, 13107, 19223, 17476, 31454, 29708];
    private static ReadOnlySpan<short> Gain => [3277, 11469, 21299, 32767];
    private static ReadOnlySpan<short> Mantissa => [18431, 20479, 22527, 24575, 26623, 28671, 30719, 32767];

    private readonly int[] _residual = new int[History + FrameSamples];
    private readonly int[] _lattice = new int[Order + 1];
    private int[] _lar = new int[Order];
    private int[] _previousLar = new int[Order];
    private int _lag = 40;
    private int _deemphasis;

    /// <summary>Decodes one block.</summary>
    /// <param name="block">65 bytes; any bits are a valid block.</param>
    /// <param name="samples">Takes 320 samples, full scale is 1.</param>
    public void Decode(ReadOnlySpan<byte> block, Span<float> samples)
    {
        var bits = new BitReader(block);
        DecodeFrame(ref bits, samples[..FrameSamples]);
        DecodeFrame(ref bits, samples[FrameSamples..]);
    }

    private void DecodeFrame(ref BitReader bits, Span<float> samples)
    {
        (_lar, _previousLar) = (_previousLar, _lar);
        for (var i = 0; i < Order; i++)
        {
            var value = (bits.Read(LarBits[i]) + LarMinimum[i]) << 10;
            value = Round(LarInverse[i], Saturate(value - (LarOffset[i] << 1)));
            _lar[i] = Saturate(value + value);
        }

        for (var subframe = 0; subframe < 4; subframe++)
            DecodeResidual(ref bits, _residual.AsSpan(subframe * 40, History + 40));

        Synthesise(samples);
        _residual.AsSpan(FrameSamples).CopyTo(_residual);
    }

    /// <summary>Long-term prediction plus the regular pulses of one subframe.</summary>
    /// <param name="bits">The frame.</param>
    /// <param name="residual">120 samples of the past, then 40 to be written.</param>
    private void DecodeResidual(ref BitReader bits, Span<int> residual)
    {
        var lag = bits.Read(7);
        if (lag is >= 40 and <= 120)
            _lag = lag;
        int gain = Gain[bits.Read(2)];
        var grid = bits.Read(2);
        var maximum = bits.Read(6);

        var exponent = maximum > 15 ? (maximum >> 3) - 1 : 0;
        var mantissa = maximum - (exponent << 3);
        if (mantissa == 0)
        {
            (exponent, mantissa) = (-4, 7);
        }
        else
        {
            while (mantissa <= 7)
            {
                mantissa = (mantissa << 1) | 1;
                exponent--;
            }

            mantissa -= 8;
        }

        var shift = 6 - exponent;
        var rounding = shift > 0 ? 1 << (shift - 1) : 0;
        Span<int> pulses = stackalloc int[40];
        pulses.Clear();
        for (var i = 0; i < 13; i++)
        {
            var pulse = ((bits.Read(3) << 1) - 7) << 12;
            pulses[grid + (3 * i)] = Saturate(Round(Mantissa[mantissa], pulse) + rounding) >> shift;
        }

        for (var i = 0; i < 40; i++)
            residual[History + i] = Saturate(pulses[i] + Round(gain, residual[History + i - _lag]));
    }

    /// <summary>The lattice filter, with reflection coefficients interpolated over the frame's start, and de-emphasis.</summary>
    private void Synthesise(Span<float> samples)
    {
        Span<int> reflection = stackalloc int[Order];
        for (var k = 0; k < FrameSamples; k++)
        {
            if (k is 0 or 13 or 27 or 40)
            {
                for (var i = 0; i < Order; i++)
                    reflection[i] = Reflection(Interpolate(_previousLar[i], _lar[i], k));
            }

            var value = _residual[History + k];
            for (var i = Order - 1; i >= 0; i--)
            {
                value = Saturate(value - Round(reflection[i], _lattice[i]));
                _lattice[i + 1] = Saturate(_lattice[i] + Round(reflection[i], value));
            }

            _lattice[0] = value;
            _deemphasis = Saturate(value + Round(_deemphasis, 28180));
            samples[k] = (Saturate(_deemphasis + _deemphasis) & ~7) / 32768f;
        }
    }

    private static int Interpolate(int previous, int current, int k) => k switch
    {
        0 => Saturate(Saturate((previous >> 2) + (current >> 2)) + (previous >> 1)),
        13 => Saturate((previous >> 1) + (current >> 1)),
        27 => Saturate(Saturate((previous >> 2) + (current >> 2)) + (current >> 1)),
        _ => current,
    };

    private static int Reflection(int lar)
    {
        var size = Math.Min(Math.Abs(lar), short.MaxValue);
        var value = size switch
        {
            < 11059 => size << 1,
            < 20070 => size + 11059,
            _ => Saturate((size >> 2) + 26112),
        };
        return lar < 0 ? -value : value;
    }

    private static int Round(int a, int b) => Saturate(((a * b) + 16384) >> 15);

    private static int Saturate(int value) => Math.Clamp(value, short.MinValue, short.MaxValue);

    private ref struct BitReader(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _at;

        public int Read(int count)
        {
            var value = 0;
            for (var i = 0; i < count; i++, _at++)
                value |= ((_bytes[_at >> 3] >> (_at & 7)) & 1) << i;
            return value;
        }
    }
}
