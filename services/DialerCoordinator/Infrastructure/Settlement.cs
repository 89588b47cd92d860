using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>Decides what a call means for its number: dialled again, or final and told to those who wait.</summary>
/// <remarks>To be called in the transaction that has locked the jobs.</remarks>
internal sealed class Settlement(
    CoordinatorDb db, FleetMetrics metrics, IOptions<RetryOptions> retry, IOptions<CallingRules> rules, TimeProvider time)
{
    /// <summary>
    /// Lets the retry policy decide about jobs whose last call has its outcome, and publishes what is final. A job that ended as unknown
    /// takes the state that one of its calls tells by now.
    /// </summary>
    public async Task SettleAsync(IReadOnlyList<DialJob> jobs, CancellationToken cancellationToken)
    {
        var outcomes = new List<CallOutcome>();
        await SettleAsync(
            jobs,
            (job, calls) =>
            {
                var last = calls.Single(call => call.Id == job.CallId);
                if (job.State is DialJobState.Resolved)
                    return RetryPolicy.Conclude(Ended(calls, last));
                outcomes.Add(last.Outcome!.Value);
                return Decide(calls, last);
            },
            cancellationToken);

        // As late as can be: what is done again after a failure would be counted again.
        outcomes.ForEach(metrics.CallSettled);
    }

    /// <summary>Ends jobs that the calling rules do not let be dialled any more.</summary>
    public Task CloseAsync(IReadOnlyList<DialJob> jobs, CancellationToken cancellationToken) => SettleAsync(
        jobs,
        (job, calls) => job.HeldReason is HeldReason.DoNotCall ? new Decision.Final(null, HeldReason.DoNotCall) : RetryPolicy.Conclude(calls),
        cancellationToken);

    /// <summary>What the retry policy says when <paramref name="last"/> is the last of these calls of one job.</summary>
    public Decision Decide(IReadOnlyList<Call> calls, Call last) => RetryPolicy.Decide(retry.Value, rules.Value.AttemptsPerNumber, Ended(calls, last));

    /// <summary>Every call of the jobs, each job's oldest first.</summary>
    public async Task<ILookup<long, Call>> CallsOfAsync(IReadOnlyList<DialJob> jobs, CancellationToken cancellationToken)
    {
        var ids = jobs.Select(job => job.Id).ToArray();
        return (await db.Calls.Where(call => ids.Contains(call.JobId)).OrderBy(call => call.StartedAt).ToListAsync(cancellationToken)).ToLookup(call => call.JobId);
    }

    private async Task SettleAsync(IReadOnlyList<DialJob> jobs, Func<DialJob, Call[], Decision> decide, CancellationToken cancellationToken)
    {
        if (jobs.Count == 0)
            return;
        await db.SaveChangesAsync(cancellationToken);
        var calls = await CallsOfAsync(jobs, cancellationToken);
        var wanted = await WaitersOfAsync(jobs, cancellationToken);

        var now = time.GetUtcNow();
        var resolved = new List<(DialJob Job, ResolvedNumber Number, bool IsCorrection)>();
        foreach (var job in jobs)
        {
            Call[] history = [.. calls[job.Id]];
            var isCorrection = job.State is DialJobState.Resolved;
            switch (decide(job, history))
            {
                case Decision.Again again when wanted.Contains(job.Id):
                    job.Defer(now + again.After, again.Elsewhere ? history.Single(call => call.Id == job.CallId).Extension : null);
                    break;
                case Decision.Again:
                    job.Resolve(now); // nobody waits for it any more
                    break;
                case Decision.Final final:
                    job.Resolve(now);
                    if (wanted.Contains(job.Id))
                        resolved.Add((job, Resolved(job, final, history, [.. wanted[job.Id]], now), isCorrection));
                    break;
            }
        }

        if (resolved.Count > 0)
            db.Publish(new NumbersResolved([.. resolved.Select(told => told.Number)]), resolved is [var (_, only, _)] ? only.TraceParent : null);
        await db.SaveChangesAsync(cancellationToken);

        // Who was told "unknown" of a recording that does not tell waits on: the announcement that nobody knew may yet get its label.
        var waiting = resolved
            .Where(told => told.Number is { State: NumberState.Unknown, Reason: null } && calls[told.Job.Id].Any(call => call.Outcome is CallOutcome.Undecided))
            .Select(told => told.Job).ToHashSet();
        var settled = jobs.Where(job => job.State is DialJobState.Resolved && !waiting.Contains(job)).Select(job => job.Id).ToArray();
        await db.Waiters.Where(waiter => settled.Contains(waiter.JobId)).ExecuteDeleteAsync(cancellationToken);
        foreach (var (job, number, _) in resolved.Where(told => !told.IsCorrection))
            metrics.NumberResolved(number.State, now - job.QueuedAt);
    }

    private static Call[] Ended(IReadOnlyList<Call> calls, Call last) => [.. calls.Where(call => call != last && call.Outcome is not null), last];

    private async Task<ILookup<long, long>> WaitersOfAsync(IReadOnlyList<DialJob> jobs, CancellationToken cancellationToken)
    {
        var ids = jobs.Select(job => job.Id).ToArray();
        return (await db.Waiters.AsNoTracking().Where(waiter => ids.Contains(waiter.JobId)).ToListAsync(cancellationToken))
            .ToLookup(waiter => waiter.JobId, waiter => waiter.RecordId);
    }

    private static ResolvedNumber Resolved(DialJob job, Decision.Final final, IEnumerable<Call> history, IReadOnlyList<long> recordIds, DateTimeOffset now)
    {
        var verdict = final.By?.ReadVerdict();
        return new ResolvedNumber(
            job.Number,
            recordIds,
            verdict?.State ?? NumberState.Unknown,
            verdict?.EmbeddedState,
            verdict?.Confidence ?? 0,
            final.Reason,
            now,
            [.. history.Where(call => call.Outcome != CallOutcome.NotBegun).Select(call => call.ToAttempt())],
            job.TraceParent);
    }
}
