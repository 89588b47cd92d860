namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>How often verdicts on announcements are right, as measured on the development corpus (docs/accuracy.md).</summary>
public static class Confidence
{
    /// <summary>The chance that a match is right.</summary>
    /// <param name="evidence">Its evidence, 1.75 or more.</param>
    /// <returns>0.94 to 0.998, rising with the evidence.</returns>
    public static double OfEvidence(double evidence) => 0.998 - (0.058 * Math.Exp(-(evidence - 1.75) / 3));
}
