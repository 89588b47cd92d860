using EmptyNumber.DialerCoordinator.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>What the calling rules hold back at this moment.</summary>
internal sealed class HeldBack(CoordinatorDb db, IOptions<CallingRules> rules, TimeProvider time)
{
    public async Task<HeldBackReport> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var hours = CallingHours.Of(rules.Value);
        var numbers = await db.DialJobs.Where(job => job.State == DialJobState.Deferred && job.HeldReason != null).GroupBy(job => job.HeldReason!)
            .Select(held => new { Reason = held.Key, Count = held.LongCount() }).ToDictionaryAsync(held => held.Reason, held => held.Count, cancellationToken);
        var limit = rules.Value.CallsPerExtensionAnHour;
        List<string> extensions = limit == 0 ? [] : await db.Database.SqlQuery<string>(
            $"""
            select number as "Value" from extensions e
            where (select count(*) from calls c where c.extension = e.number and c.started_at > {now - TimeSpan.FromHours(1)} and c.outcome is distinct from 6)
                + (select count(*) from dial_jobs j where j.extension = e.number and j.state in (1, 2)) >= {limit}
            order by number
            """).ToListAsync(cancellationToken);
        return new HeldBackReport(hours.IsOpen(now), hours.NextChange(now), numbers, extensions);
    }
}

/// <summary>What is held back.</summary>
/// <param name="IsOpen">Whether numbers may be dialled now, by the calling hours.</param>
/// <param name="ChangesAt">When that changes, UTC; null where it does not.</param>
/// <param name="Numbers">Numbers that a rule holds back, by <see cref="HeldReason"/>.</param>
/// <param name="Extensions">Extensions that have made as many calls as they may within an hour.</param>
internal sealed record HeldBackReport(
    bool IsOpen, DateTimeOffset? ChangesAt, IReadOnlyDictionary<string, long> Numbers, IReadOnlyList<string> Extensions);
