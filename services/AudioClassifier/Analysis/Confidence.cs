namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>How often verdicts on announcements are right, as measured on the development corpus (docs/accuracy.md).</summary>
public static class Confidence
{
    /// <summary>The chance that a match is right: fitted to (right + 1) / (all + 2) of matches of about one evidence.</summary>
    /// <param name="evidence">Its evidence, 1.75 or more.</param>
    /// <returns>0.984 to 0.999, rising with the evidence.</returns>
    public static double OfEvidence(double evidence) => 0.999 - (0.015 * Math.Exp(-(evidence - 1.75) / 2.5));
}
