using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Model;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>How much waits. Both are read from indexes alone, which hold nothing but the jobs that they count.</summary>
internal static class QueueReport
{
    /// <summary>The numbers that wait for an extension, by priority; a priority of which nothing waits is not listed.</summary>
    public static Task<List<QueueDepth>> QueueDepthsAsync(this CoordinatorDb db, CancellationToken cancellationToken) => db.DialJobs
        .Where(job => job.State == DialJobState.Queued)
        .GroupBy(job => job.Priority)
        .Select(jobs => new QueueDepth(jobs.Key, jobs.LongCount(), jobs.Min(job => job.QueuedAt)))
        .ToListAsync(cancellationToken);

    /// <summary>The numbers that wait for their next call, by what holds them back.</summary>
    public static Task<List<DeferredNumbers>> DeferredAsync(this CoordinatorDb db, CancellationToken cancellationToken) => db.DialJobs
        .Where(job => job.State == DialJobState.Deferred)
        .GroupBy(job => job.HeldReason)
        .Select(jobs => new DeferredNumbers(jobs.Key, jobs.LongCount()))
        .ToListAsync(cancellationToken);
}

/// <summary>The numbers of one priority that wait for an extension.</summary>
/// <param name="Priority">The highest of the tasks that wait for them.</param>
/// <param name="Numbers">How many.</param>
/// <param name="OldestAt">When the oldest of them was first queued, UTC.</param>
internal sealed record QueueDepth(Priority Priority, long Numbers, DateTimeOffset OldestAt);

/// <summary>Numbers that are held back.</summary>
/// <param name="Reason">The calling rule that does; null for the pause of the retry policy.</param>
/// <param name="Numbers">How many.</param>
internal sealed record DeferredNumbers(string? Reason, long Numbers);
