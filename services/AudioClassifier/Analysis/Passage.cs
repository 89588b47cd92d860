namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>A stretch of the recording along which a reference was held against it, at one alignment.</summary>
/// <param name="Offset">Which of the reference's samples lies at the recording's begin.</param>
/// <param name="FirstFrame">The recording's frame (20 ms) that the first value belongs to.</param>
/// <param name="Coherence">By frame, −1 to 1: see <see cref="Analysis.Coherence"/>; not a number where the reference does not speak. Valid until the next recording.</param>
/// <param name="Evidence">Coherence in excess of chance, summed over the frames of the match.</param>
/// <param name="Start">The recording's frame where the match begins.</param>
/// <param name="End">The recording's frame after its last.</param>
public sealed record Passage(int Offset, int FirstFrame, ReadOnlyMemory<float> Coherence, float Evidence, int Start, int End)
{
    /// <summary>Coherence at a frame of the recording; null where the reference is silent or has no such frame.</summary>
    public float? At(int frame)
    {
        var i = frame - FirstFrame;
        return (uint)i < (uint)Coherence.Length && Coherence.Span[i] is var coherence && !float.IsNaN(coherence) ? coherence : null;
    }

    /// <summary>Whether a frame of the recording belongs to the match.</summary>
    public bool Covers(int frame) => frame >= Start && frame < End;

    /// <summary>Whether this is where another goes on after packets were lost between the two: 10 to 160 ms of the reference are missing.</summary>
    public bool SlippedFrom(Passage earlier) => Offset - earlier.Offset is >= 80 and <= 1_280;
}
