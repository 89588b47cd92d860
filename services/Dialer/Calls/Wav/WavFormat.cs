using EmptyNumber.Contracts;

namespace EmptyNumber.Dialer.Calls.Wav;

/// <summary>Where the sound is; the other leg of a stereo recording, the caller's own, is silent.</summary>
internal enum Leg
{
    Mono,
    Left,
    Right,
}

/// <summary>What a header says of the lengths. A recorder that streams does not know them when it writes the header.</summary>
internal enum DeclaredLength
{
    True,
    Zero,
    AllOnes,
}

/// <summary>The form of a recording.</summary>
/// <param name="Encoding">How samples are coded: PCM, float, A-law or µ-law.</param>
/// <param name="SampleBytes">Bytes of one sample of one channel: 1 or 2 for PCM, 4 for float, 1 for G.711.</param>
/// <param name="SampleRateHz">8,000 or 16,000.</param>
/// <param name="Leg">Mono, or the leg of a stereo recording that bears the sound.</param>
/// <param name="Length">What the header says of the lengths.</param>
internal sealed record WavFormat(WavEncoding Encoding, int SampleBytes, int SampleRateHz, Leg Leg, DeclaredLength Length)
{
    /// <summary>The format tag of the <c>fmt </c> chunk.</summary>
    public ushort Tag => Encoding switch
    {
        WavEncoding.Pcm => 1,
        WavEncoding.Float => 3,
        WavEncoding.ALaw => 6,
        WavEncoding.MuLaw => 7,
        _ => throw new NotSupportedException($"{Encoding} is not written."),
    };

    /// <summary>1 or 2.</summary>
    public int Channels => Leg == Leg.Mono ? 1 : 2;
}
