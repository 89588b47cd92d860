using System.ComponentModel.DataAnnotations;

namespace EmptyNumber.DialerCoordinator.Model;

/// <summary>Section <c>RetryPolicy</c>: after which outcome a number is dialled again.</summary>
public sealed class RetryOptions
{
    /// <summary>The rule of each outcome; an outcome without one is final at once.</summary>
    [Required]
    public Dictionary<CallOutcome, RetryRule> Rules { get; init; } = new()
    {
        [CallOutcome.Unreachable] = new() { Again = 2, After = TimeSpan.FromMinutes(30) },
        [CallOutcome.NetworkBusy] = new() { Again = 3, After = TimeSpan.FromMinutes(2), Elsewhere = true },
        [CallOutcome.Undecided] = new() { Again = 2, After = TimeSpan.FromMinutes(5) },
        [CallOutcome.CallerSide] = new() { Again = 5, After = TimeSpan.Zero, Elsewhere = true },
        [CallOutcome.Failed] = new() { Again = 3, After = TimeSpan.FromSeconds(30), Elsewhere = true },
        [CallOutcome.NotBegun] = new() { Again = 100, After = TimeSpan.Zero },
    };
}

/// <summary>What follows an outcome.</summary>
public sealed class RetryRule
{
    /// <summary>How many more times the number is dialled after outcomes of this kind.</summary>
    [Range(0, 100)]
    public int Again { get; init; }

    /// <summary>The pause before the next call, on the wall clock.</summary>
    public TimeSpan After { get; init; }

    /// <summary>Whether another extension is preferred.</summary>
    public bool Elsewhere { get; init; }
}

/// <summary>What happens to a number after a call.</summary>
public abstract record Decision
{
    /// <summary>Dialled again.</summary>
    public sealed record Again(TimeSpan After, bool Elsewhere) : Decision;

    /// <summary>Final, with the call that decided it; no call where none told anything.</summary>
    public sealed record Final(Call? By) : Decision;
}

/// <summary>The retry policy: from all calls to a number, what happens next.</summary>
public static class RetryPolicy
{
    /// <summary>Decides after the last of <paramref name="calls"/>.</summary>
    /// <param name="options">The rules.</param>
    /// <param name="calls">Every call of the job, oldest first, each with an outcome; not empty.</param>
    public static Decision Decide(RetryOptions options, IReadOnlyList<Call> calls)
    {
        var outcome = calls[^1].Outcome;
        if (outcome is not CallOutcome.Decided
            && options.Rules.TryGetValue(outcome!.Value, out var rule)
            && calls.Count(call => call.Outcome == outcome) <= rule.Again)
        {
            return new Decision.Again(rule.After, rule.Elsewhere);
        }

        // The last call that told something stands, even where later ones did not.
        return new Decision.Final(calls.LastOrDefault(call =>
            call.Outcome is CallOutcome.Decided or CallOutcome.Unreachable or CallOutcome.NetworkBusy));
    }
}
