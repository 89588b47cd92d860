using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Model;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>Counts the fleet and its numbers.</summary>
internal sealed class FleetCensus(CoordinatorDb db, FleetRoster fleet, TimeProvider time)
{
    /// <summary>Counts now. What is none is counted as 0, so that a graph falls to it instead of ending.</summary>
    public async Task<FleetSample> TakeAsync(CancellationToken cancellationToken)
    {
        var queue = (await db.QueueDepthsAsync(cancellationToken)).ToDictionary(depth => depth.Priority);
        var underWay = await db.DialJobs
            .Where(job => job.State == DialJobState.Assigned || job.State == DialJobState.Dialling || job.State == DialJobState.Recorded)
            .GroupBy(job => job.State).Select(group => new { group.Key, Jobs = group.LongCount() })
            .ToDictionaryAsync(group => group.Key, group => group.Jobs, cancellationToken);
        var deferred = await db.DeferredAsync(cancellationToken);
        var extensions = await db.Extensions.CountAsync(cancellationToken);
        var quarantined = await db.Extensions.CountAsync(extension => extension.QuarantinedAt != null, cancellationToken);
        var roster = await fleet.ReadAsync(cancellationToken);

        var now = time.GetUtcNow();
        var priorities = Enum.GetValues<Priority>();
        return new FleetSample(
            priorities.ToDictionary(priority => priority, priority => queue.GetValueOrDefault(priority)?.Numbers ?? 0),
            priorities.ToDictionary(priority => priority, priority => queue.TryGetValue(priority, out var depth) ? (long)(now - depth.OldestAt).TotalSeconds : 0),
            new Dictionary<DialJobState, long>
            {
                [DialJobState.Assigned] = underWay.GetValueOrDefault(DialJobState.Assigned),
                [DialJobState.Dialling] = underWay.GetValueOrDefault(DialJobState.Dialling),
                [DialJobState.Recorded] = underWay.GetValueOrDefault(DialJobState.Recorded),
                [DialJobState.Deferred] = deferred.Sum(group => group.Numbers),
            },
            deferred.Where(group => group.Reason is not null).ToDictionary(group => group.Reason!, group => group.Numbers),
            roster.Clients.Count,
            new Dictionary<string, long>
            {
                ["leased"] = roster.Leases.Count,
                ["quarantined"] = quarantined,
                ["free"] = Math.Max(0, extensions - quarantined - roster.Leases.Count),
            });
    }
}

/// <summary>The fleet and its numbers at one moment.</summary>
/// <param name="Queue">Numbers that wait for an extension.</param>
/// <param name="OldestSeconds">How long ago the oldest of them was first queued.</param>
/// <param name="Jobs">Numbers on their way.</param>
/// <param name="Held">Deferred numbers that a calling rule holds back, by the rule.</param>
/// <param name="Clients">Clients that are alive.</param>
/// <param name="Extensions">Extensions by what they are: leased, quarantined, free.</param>
internal sealed record FleetSample(
    IReadOnlyDictionary<Priority, long> Queue,
    IReadOnlyDictionary<Priority, long> OldestSeconds,
    IReadOnlyDictionary<DialJobState, long> Jobs,
    IReadOnlyDictionary<string, long> Held,
    long Clients,
    IReadOnlyDictionary<string, long> Extensions);
