using System.ComponentModel.DataAnnotations;
using EmptyNumber.Contracts;

namespace EmptyNumber.DialerCoordinator.Model;

/// <summary>Section <c>RetryPolicy</c>: after what a number is dialled again.</summary>
public sealed class RetryOptions : IValidatableObject
{
    /// <summary>What a rule can be about.</summary>
    private static readonly string[] Causes =
    [
        .. Enum.GetNames<CallOutcome>().Except([nameof(CallOutcome.Decided)])
            .Union(NumberStates.All.Except([NumberState.Pending, NumberState.Unknown]).Select(state => state.ToString())),
    ];

    private static readonly TimeSpan LongestPause = TimeSpan.FromDays(7);

    /// <summary>
    /// The rule of each cause: the name of a final state (<c>NoAnswer</c>, <c>PoweredOff</c>, …) or of an outcome that tells none
    /// (<c>Undecided</c>, <c>Silent</c>, <c>CallerSide</c>, <c>Failed</c>, <c>NotBegun</c>). What has no rule is final at once.
    /// </summary>
    [Required]
    public Dictionary<string, RetryRule> Rules { get; init; } = new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(CallOutcome.Unreachable)] = new() { Again = 2, After = TimeSpan.FromMinutes(30) },
        [nameof(CallOutcome.NetworkBusy)] = new() { Again = 3, After = TimeSpan.FromMinutes(2), Elsewhere = true },
        [nameof(CallOutcome.Undecided)] = new() { Again = 2, After = TimeSpan.FromMinutes(5) },
        [nameof(CallOutcome.Silent)] = new() { Again = 2, After = TimeSpan.FromMinutes(5), Elsewhere = true },
        [nameof(CallOutcome.CallerSide)] = new() { Again = 5, After = TimeSpan.Zero, Elsewhere = true },
        [nameof(CallOutcome.Failed)] = new() { Again = 3, After = TimeSpan.FromSeconds(30), Elsewhere = true },
        [nameof(CallOutcome.NotBegun)] = new() { Again = 100, After = TimeSpan.Zero },
    };

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (cause, rule) in Rules)
        {
            if (!Causes.Contains(cause, StringComparer.OrdinalIgnoreCase))
                yield return new ValidationResult($"RetryPolicy:Rules:{cause}: no such state or outcome; there are {string.Join(", ", Causes)}.");
            if (rule.Again is < 0 or > 100)
                yield return new ValidationResult($"RetryPolicy:Rules:{cause}:Again: from 0 to 100, not {rule.Again}.");
            if (rule.After < TimeSpan.Zero || rule.After > LongestPause)
                yield return new ValidationResult($"RetryPolicy:Rules:{cause}:After: from 0 to {LongestPause.Days} days, not {rule.After}.");
        }
    }
}

/// <summary>What follows a cause.</summary>
public sealed class RetryRule
{
    /// <summary>How many more times the number is dialled for this cause, 0 to 100.</summary>
    public int Again { get; init; }

    /// <summary>The pause before the next call, on the wall clock; 0 to 7 days.</summary>
    public TimeSpan After { get; init; }

    /// <summary>Whether another extension is preferred.</summary>
    public bool Elsewhere { get; init; }
}
