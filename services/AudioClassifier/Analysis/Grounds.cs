namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// What a match rests on, and the chance that it is right: the chance that it is this recording that was heard, times the chance that it is not the next
/// one. Each by logistic regression on the development corpus (docs/accuracy.md).
/// </summary>
/// <param name="Evidence">Coherence in excess of chance, summed over frames of 20 ms: 0.5 or more.</param>
/// <param name="HeardS">From the match's begin to its end, in seconds.</param>
/// <param name="MissingFrames">How many frames' worth of coherence the last stretch lacks that is unlike and not made up for: 0 to 9.</param>
/// <param name="Lead">How much more it explains than the next announcement that means something else; infinite where there is none.</param>
/// <param name="Passages">Of how many passages it is put together: 1 or more.</param>
/// <param name="SoundS">How much of the recording is neither silence nor tone, in seconds.</param>
public readonly record struct Grounds(double Evidence, double HeardS, double MissingFrames, double Lead, int Passages, double SoundS)
{
    /// <summary>Announcements that are less sure decide nothing, where nothing else is configured.</summary>
    public const double LeastConfidence = 0.95;

    /// <summary>More than this was not measured.</summary>
    private const double MostConfidence = 0.999;

    // What is beyond these was not told apart.
    private const double ShortS = 0.1;
    private const double LongS = 0.8;
    private const double ClearLead = 8;
    private const int ManyPassages = 3;
    private const double LittleSoundS = 2;
    private const double MuchSoundS = 20;

    // What ./bench reliability --fit found.
    private static readonly double[] HeardWeights = [7.915, 1.445, 1.948, -1.260, -1.617];
    private static readonly double[] AheadWeights = [-1.589, 3.844, -0.749, -1.620, -2.946];

    /// <summary>Whether another announcement comes near.</summary>
    public bool HasRival => Lead < ClearLead;

    /// <summary>
    /// By what it is told whether this recording was heard: how much of it, for how long, and what is missing. Of much sound, more is alike by chance.
    /// </summary>
    public double[] OfHeard =>
    [
        1, Math.Log(Evidence), Math.Log(Math.Clamp(HeardS, ShortS, LongS)), Missing, Math.Log(Math.Clamp(SoundS, LittleSoundS, MuchSoundS)),
    ];

    /// <summary>
    /// By what it is told whether it was this one, where another comes near. A lead says the less, the more is missing; what is put together of several
    /// passages may lead by what the other was not looked for.
    /// </summary>
    public double[] OfAhead
    {
        get
        {
            var lead = Math.Sqrt(Math.Clamp(Lead, 0, ClearLead));
            return [1, lead, Missing, lead * Missing, Math.Log(Math.Clamp(Passages, 1, ManyPassages))];
        }
    }

    /// <summary>The chance that the match is right, 0 to 0.999.</summary>
    public double Confidence => Math.Min(MostConfidence, Chance(HeardWeights, OfHeard) * (HasRival ? Chance(AheadWeights, OfAhead) : 1));

    /// <summary>What is missing, beside by how much evidence varies.</summary>
    private double Missing => Math.Log(1 + (MissingFrames / Math.Sqrt(Evidence)));

    private static double Chance(double[] weights, double[] features) => 1 / (1 + Math.Exp(-weights.Zip(features, (weight, feature) => weight * feature).Sum()));
}
