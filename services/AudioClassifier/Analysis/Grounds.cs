namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// What a match rests on, and the chance that it is right: the chance that it is this recording that was heard, times the chance that it is not the next
/// one. Each by logistic regression on the development corpus (docs/accuracy.md).
/// </summary>
/// <param name="Evidence">Coherence in excess of chance, summed over frames of 20 ms: 0.5 or more.</param>
/// <param name="HeardS">From the match's begin to its end, in seconds.</param>
/// <param name="MissingFrames">How many frames' worth of coherence the last stretch lacks that is unlike and not made up for: 0 to 9.</param>
/// <param name="Lead">How much more it explains than the next announcement that means something else; infinite where there is none.</param>
public readonly record struct Grounds(double Evidence, double HeardS, double MissingFrames, double Lead)
{
    /// <summary>Announcements that are less sure decide nothing, where nothing else is configured.</summary>
    public const double LeastConfidence = 0.97;

    /// <summary>More than this was not measured.</summary>
    private const double MostConfidence = 0.999;

    // What is beyond these was not told apart.
    private const double ShortS = 0.1;
    private const double LongS = 0.8;
    private const double ClearLead = 8;

    // What ./bench reliability --fit found.
    private static readonly double[] HeardWeights = [6.690, 1.448, 1.909, -1.094];
    private static readonly double[] AheadWeights = [-1.604, 3.762, -0.709, -2.179];

    /// <summary>Whether another announcement comes near.</summary>
    public bool HasRival => Lead < ClearLead;

    /// <summary>By what it is told whether this recording was heard: how much of it, for how long, and what is missing.</summary>
    public double[] OfHeard => [1, Math.Log(Evidence), Math.Log(Math.Clamp(HeardS, ShortS, LongS)), Missing];

    /// <summary>By what it is told whether it was this one, where another comes near. A lead says the less, the more is missing.</summary>
    public double[] OfAhead
    {
        get
        {
            var lead = Math.Sqrt(Math.Clamp(Lead, 0, ClearLead));
            return [1, lead, Missing, lead * Missing];
        }
    }

    /// <summary>The chance that the match is right, 0 to 0.999.</summary>
    public double Confidence => Math.Min(MostConfidence, Chance(HeardWeights, OfHeard) * (HasRival ? Chance(AheadWeights, OfAhead) : 1));

    /// <summary>What is missing, beside by how much evidence varies.</summary>
    private double Missing => Math.Log(1 + (MissingFrames / Math.Sqrt(Evidence)));

    private static double Chance(double[] weights, double[] features) => 1 / (1 + Math.Exp(-weights.Zip(features, (weight, feature) => weight * feature).Sum()));
}
