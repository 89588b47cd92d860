namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>How often verdicts on announcements are right, as measured on the development corpus.</summary>
public static class Confidence
{
    /// <summary>The chance that a match is right.</summary>
    /// <param name="evidence">Its evidence, 2 or more.</param>
    /// <returns>0 to 1, rising with the evidence.</returns>
    public static double OfEvidence(double evidence) => 1 - (0.1 * Math.Exp(-(evidence - 2) / 4));
}
