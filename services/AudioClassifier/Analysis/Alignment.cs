namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>How a reference lies along a recording.</summary>
/// <param name="Reference">Index in the library.</param>
/// <param name="OffsetFrames">Which frame of the reference (20 ms each) lies at the recording's begin; negative when the reference begins later.</param>
/// <param name="Likeness">Sum over the recording's patches of the square of what their likeness exceeds chance by, at most 0.42 each.</param>
public readonly record struct Alignment(int Reference, int OffsetFrames, float Likeness)
{
    /// <summary>Which sample of the reference lies at the recording's begin, to within 20 ms.</summary>
    public int OffsetSamples => OffsetFrames * LogMel.HopSamples;
}
