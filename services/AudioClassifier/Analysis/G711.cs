namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>ITU-T G.711: the value of each code, full scale is 1.</summary>
public static class G711
{
    /// <summary>256 values by A-law code (even bits inverted, as on the line).</summary>
    public static ReadOnlySpan<float> ALaw => ALawValues;

    /// <summary>256 values by µ-law code.</summary>
    public static ReadOnlySpan<float> MuLaw => MuLawValues;

    private static readonly float[] ALawValues = Table(DecodeALaw);
    private static readonly float[] MuLawValues = Table(DecodeMuLaw);

    private static float[] Table(Func<int, int> decode) =>
        [.. Enumerable.Range(0, 256).Select(code => decode(code) / 32768f)];

    private static int DecodeALaw(int code)
    {
        var bits = code ^ 0x55;
        var segment = (bits >> 4) & 7;
        var step = (bits & 15) << 4;
        var value = segment == 0 ? step + 8 : (step + 0x108) << (segment - 1);
        return (bits & 0x80) != 0 ? value : -value;
    }

    private static int DecodeMuLaw(int code)
    {
        const int bias = 0x84;
        var bits = ~code;
        var value = ((((bits & 15) << 3) + bias) << ((bits >> 4) & 7)) - bias;
        return (bits & 0x80) != 0 ? -value : value;
    }
}
