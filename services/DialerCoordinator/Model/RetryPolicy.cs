namespace EmptyNumber.DialerCoordinator.Model;

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
        // A state that no rule questions stands, whatever came of calls since.
        if (calls.LastOrDefault(call => call.Outcome is CallOutcome.Decided && !options.Rules.ContainsKey(call.Cause)) is { } decided)
            return new Decision.Final(decided);

        var cause = calls[^1].Cause;
        if (options.Rules.TryGetValue(cause, out var rule) && calls.Count(call => call.Cause == cause) <= rule.Again)
            return new Decision.Again(rule.After, rule.Elsewhere);

        // The last call that told something stands, even where later ones did not.
        return new Decision.Final(calls.LastOrDefault(call =>
            call.Outcome is CallOutcome.Decided or CallOutcome.Unreachable or CallOutcome.NetworkBusy));
    }
}
