using EmptyNumber.DialerCoordinator.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>Works on many jobs in one transaction: locks them first, then reads, then writes.</summary>
/// <remarks>
/// A job that cannot be worked on does not hold up the others: what failed is rolled back to the moment after the locking
/// and done again in halves, until the one that fails is alone. It stays as it is and is tried again a minute later.
/// </remarks>
internal sealed partial class JobRound(CoordinatorDb db, TimeProvider time, ILogger<JobRound> logger)
{
    /// <summary>The most jobs that a periodic round takes at once.</summary>
    public const int Size = 500;

    private const string Savepoint = "jobs";
    private static readonly TimeSpan Postponement = TimeSpan.FromMinutes(1);

    /// <summary>Does a piece of work for each of the jobs, and saves what it changed.</summary>
    /// <param name="select">Selects the jobs <c>for update</c>, ordered by number, so that two rounds take them in the same order.</param>
    /// <param name="work">The work. May be called again, for fewer jobs, after it failed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How many jobs were selected.</returns>
    public async Task<int> RunAsync(FormattableString select, Func<IReadOnlyList<DialJob>, Task> work, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var jobs = await db.DialJobs.FromSql(select).ToListAsync(cancellationToken);
        await WorkAsync(transaction, jobs, work, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return jobs.Count;
    }

    private async Task WorkAsync(
        IDbContextTransaction transaction, List<DialJob> jobs, Func<IReadOnlyList<DialJob>, Task> work, CancellationToken cancellationToken)
    {
        if (jobs.Count == 0)
            return;
        await transaction.CreateSavepointAsync(Savepoint, cancellationToken);
        try
        {
            await work(jobs);
            await db.SaveChangesAsync(cancellationToken);
            await transaction.ReleaseSavepointAsync(Savepoint, cancellationToken);
            return;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Where the connection is gone this throws as well, and nobody's job is to blame.
            await transaction.RollbackToSavepointAsync(Savepoint, cancellationToken);
            db.ChangeTracker.Clear();
            if (jobs is [var job])
            {
                JobFailed(logger, job.Id, job.State, e);
                await PostponeAsync(job.Id, cancellationToken);
                return;
            }
        }

        foreach (var half in jobs.Select(job => job.Id).Chunk((jobs.Count + 1) / 2))
        {
            var again = await db.DialJobs.Where(job => half.Contains(job.Id)).OrderBy(job => job.Number).ToListAsync(cancellationToken);
            await WorkAsync(transaction, again, work, cancellationToken);
        }
    }

    private Task<int> PostponeAsync(long job, CancellationToken cancellationToken)
    {
        var later = time.GetUtcNow() + Postponement;
        return db.Database.ExecuteSqlAsync(
            $"""
            update dial_jobs set deadline_at = case when state in (1, 2, 3) then {later} end, due_at = case state when 5 then {later} else due_at end
            where id = {job}
            """,
            cancellationToken);
    }

    [LoggerMessage(LogLevel.Error, "Dial job {Job} ({State}) cannot be worked on; it is tried again in a minute")]
    private static partial void JobFailed(ILogger logger, long job, DialJobState state, Exception exception);
}
