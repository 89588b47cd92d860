using System.ComponentModel.DataAnnotations;
using EmptyNumber.AudioClassifier.Analysis;

namespace EmptyNumber.AudioClassifier.Model;

/// <summary>Section <c>Verdict</c>: when an announcement decides.</summary>
public sealed class VerdictOptions
{
    /// <summary>How sure it must be: less, and the sound decides nothing. Default 0.95.</summary>
    [Range(0.5, 0.99)]
    public double LeastConfidence { get; set; } = Grounds.LeastConfidence;
}
