namespace EmptyNumber.DialerCoordinator.Model;

/// <summary>What happens to a number after a call.</summary>
public abstract record Decision
{
    /// <summary>Dialled again.</summary>
    public sealed record Again(TimeSpan After, bool Elsewhere) : Decision;

    /// <summary>Final, with the call that decided it; no call where none told anything.</summary>
    /// <param name="By">The call.</param>
    /// <param name="Reason">Why nobody asked the number: <c>do_not_call</c>. Null otherwise.</param>
    public sealed record Final(Call? By, string? Reason = null) : Decision;
}

/// <summary>The retry policy: from all calls to a number, what happens next.</summary>
public static class RetryPolicy
{
    /// <summary>Decides after the last of <paramref name="calls"/>.</summary>
    /// <param name="options">The rules.</param>
    /// <param name="attempts">Calls after which there is no other, whatever the rules say; 0 for no limit.</param>
    /// <param name="calls">Every call of the job, oldest first, each with an outcome; not empty.</param>
    public static Decision Decide(RetryOptions options, int attempts, IReadOnlyList<Call> calls)
    {
        // A state that no rule questions stands, whatever came of calls since.
        if (calls.LastOrDefault(call => call.Outcome is CallOutcome.Decided && !options.Rules.ContainsKey(call.Cause)) is { } decided)
            return new Decision.Final(decided);

        var cause = calls[^1].Cause;
        var isUsedUp = attempts > 0 && calls.Count(call => call.Outcome is not CallOutcome.NotBegun) >= attempts;
        if (!isUsedUp && options.Rules.TryGetValue(cause, out var rule) && calls.Count(call => call.Cause == cause) <= rule.Again)
            return new Decision.Again(rule.After, rule.Elsewhere);
        return Conclude(calls);
    }

    /// <summary>What stands when no more calls follow: the last call that told something, even where later ones did not.</summary>
    /// <param name="calls">Every call of the job, oldest first, each with an outcome.</param>
    public static Decision.Final Conclude(IReadOnlyList<Call> calls) => new(calls.LastOrDefault(call => call.TellsState));
}
