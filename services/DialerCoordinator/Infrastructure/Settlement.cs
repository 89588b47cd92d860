using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>Decides what a call means for its number: dialled again, or final and told to those who wait.</summary>
/// <remarks>To be called in the transaction that has locked the jobs.</remarks>
internal sealed class Settlement(CoordinatorDb db, FleetMetrics metrics, IOptions<RetryOptions> retry, TimeProvider time)
{
    /// <summary>Lets the retry policy decide about jobs whose last call has its outcome, and publishes what is final.</summary>
    public async Task SettleAsync(IReadOnlyList<DialJob> jobs, CancellationToken cancellationToken)
    {
        if (jobs.Count == 0)
            return;
        await db.SaveChangesAsync(cancellationToken);
        var calls = await CallsOfAsync(jobs, cancellationToken);
        var wanted = await WaitersOfAsync(jobs, cancellationToken);

        var now = time.GetUtcNow();
        var resolved = new List<ResolvedNumber>();
        foreach (var job in jobs)
        {
            Call[] history = [.. calls[job.Id].OrderBy(call => call.StartedAt)];
            var last = history.Single(call => call.Id == job.CallId);
            switch (RetryPolicy.Decide(retry.Value, [.. history.Where(call => call != last && call.Outcome is not null), last]))
            {
                case Decision.Again again when wanted.Contains(job.Id):
                    job.Defer(now + again.After, again.Elsewhere ? last.Extension : null);
                    break;
                case Decision.Again:
                    job.Resolve(); // nobody waits for it any more
                    break;
                case Decision.Final final:
                    job.Resolve();
                    if (wanted.Contains(job.Id))
                        resolved.Add(Resolved(job, final, history, [.. wanted[job.Id]], now));
                    break;
            }
        }

        if (resolved.Count > 0)
            db.Publish(new NumbersResolved(resolved), resolved.Count == 1 ? resolved[0].TraceParent : null);
        await db.SaveChangesAsync(cancellationToken);
        var settled = jobs.Where(job => job.State is DialJobState.Resolved).Select(job => job.Id).ToArray();
        await db.Waiters.Where(waiter => settled.Contains(waiter.JobId)).ExecuteDeleteAsync(cancellationToken);

        // As late as can be: what is done again after a failure would be counted again.
        foreach (var job in jobs)
            metrics.CallSettled(calls[job.Id].Single(call => call.Id == job.CallId).Outcome!.Value);
        foreach (var (number, job) in resolved.Join(jobs, number => number.Number, job => job.Number, (number, job) => (number, job)))
            metrics.NumberResolved(number.State, now - job.QueuedAt);
    }

    /// <summary>Every call of the jobs.</summary>
    public async Task<ILookup<long, Call>> CallsOfAsync(IReadOnlyList<DialJob> jobs, CancellationToken cancellationToken)
    {
        var ids = jobs.Select(job => job.Id).ToArray();
        return (await db.Calls.Where(call => ids.Contains(call.JobId)).ToListAsync(cancellationToken)).ToLookup(call => call.JobId);
    }

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
            Reason: null,
            now,
            [.. history.Where(call => call.Outcome != CallOutcome.NotBegun).Select(call => call.ToAttempt())],
            job.TraceParent);
    }
}
