using EmptyNumber.DialerCoordinator.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>What the calling rules hold back at this moment, besides the numbers that <see cref="QueueReport"/> counts.</summary>
internal sealed class HeldBack(CoordinatorDb db, IOptions<CallingRules> rules, TimeProvider time)
{
    public async Task<HeldBackReport> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var hours = CallingHours.Of(rules.Value);
        var limit = rules.Value.CallsPerExtensionAnHour;
        List<string> extensions = limit == 0 ? [] : await db.Database.SqlQuery<string>(
            $"""
            select number as "Value" from extensions e
            where (select count(*) from calls c where c.extension = e.number and c.started_at > {now - TimeSpan.FromHours(1)} and c.outcome is distinct from 6)
                + (select count(*) from dial_jobs j where j.extension = e.number and j.state in (1, 2)) >= {limit}
            order by number
            """).ToListAsync(cancellationToken);
        return new HeldBackReport(hours.IsOpen(now), hours.NextChange(now), extensions);
    }
}

/// <summary>What is held back.</summary>
/// <param name="IsOpen">Whether numbers may be dialled now, by the calling hours.</param>
/// <param name="ChangesAt">When that changes, UTC; null where it does not.</param>
/// <param name="Extensions">Extensions that have made as many calls as they may within an hour.</param>
internal sealed record HeldBackReport(bool IsOpen, DateTimeOffset? ChangesAt, IReadOnlyList<string> Extensions);
