using System.Data;
using EmptyNumber.DialerCoordinator.Model;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>Looks at the whole fleet: first who is there (Redis), then what they do and what waits (PostgreSQL, one snapshot).</summary>
internal sealed class FleetReport(CoordinatorDb db, FleetRoster fleet)
{
    public async Task<FleetState> ReadAsync(CancellationToken cancellationToken)
    {
        var roster = await fleet.ReadAsync(cancellationToken);
        await using var snapshot = await db.Database.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var extensions = await db.Extensions
            .Select(extension => new { extension.Number, extension.QuarantinedAt, extension.QuarantineReason }).ToListAsync(cancellationToken);
        var jobs = await db.DialJobs.AsNoTracking().Where(job => job.State == DialJobState.Assigned || job.State == DialJobState.Dialling)
            .ToDictionaryAsync(job => job.Extension!, cancellationToken);
        var removed = jobs.Keys.Except(extensions.Select(extension => extension.Number));
        return new FleetState(
            roster,
            [
                .. extensions.Select(extension => Activity(extension.Number, extension.QuarantinedAt, extension.QuarantineReason))
                    .Concat(removed.Select(number => Activity(number, null, null))) // their calls end as usual
                    .OrderBy(activity => activity.Extension, StringComparer.Ordinal),
            ],
            await db.QueueDepthsAsync(cancellationToken),
            await db.DeferredAsync(cancellationToken),
            await db.DialJobs.CountAsync(job => job.State == DialJobState.Recorded, cancellationToken));

        ExtensionActivity Activity(string number, DateTimeOffset? quarantinedAt, string? reason)
        {
            var client = roster.Leases.GetValueOrDefault(number)?.Id;
            if (jobs.GetValueOrDefault(number) is { } job)
                return new(number, job.State is DialJobState.Assigned ? ExtensionDoing.Assigned : ExtensionDoing.Dialling, job.ClientId, job.Number, job.AssignedAt, null);
            if (quarantinedAt is not null)
                return new(number, ExtensionDoing.Quarantined, client, null, quarantinedAt, reason);
            var doing = client is null ? ExtensionDoing.Free
                : roster.Statuses.GetValueOrDefault(number) == "unregistered" ? ExtensionDoing.Unregistered
                : ExtensionDoing.Idle;
            return new(number, doing, client, null, null, null);
        }
    }
}

/// <summary>The fleet and the queue at one moment.</summary>
/// <param name="Roster">Who is there.</param>
/// <param name="Extensions">What each extension is doing, by number.</param>
/// <param name="Waiting">The queue by priority.</param>
/// <param name="Deferred">What waits for its next call, by what holds it back.</param>
/// <param name="Recorded">Numbers whose recording the classifier has.</param>
internal sealed record FleetState(
    Roster Roster, IReadOnlyList<ExtensionActivity> Extensions, IReadOnlyList<QueueDepth> Waiting, IReadOnlyList<DeferredNumbers> Deferred, int Recorded);

/// <summary>What an extension is doing.</summary>
/// <param name="Extension">Its number.</param>
/// <param name="Doing">What it does.</param>
/// <param name="ClientId">The client that has it, null where nobody has.</param>
/// <param name="Number">The number that it was given, null without one.</param>
/// <param name="Since">When the number was assigned, or the quarantine began, UTC.</param>
/// <param name="Reason">Why it is in quarantine.</param>
internal sealed record ExtensionActivity(string Extension, ExtensionDoing Doing, string? ClientId, string? Number, DateTimeOffset? Since, string? Reason);

/// <summary>What an extension can be doing.</summary>
internal enum ExtensionDoing
{
    /// <summary>Leased to nobody.</summary>
    Free,

    /// <summary>Leased, and waits for a number.</summary>
    Idle,

    /// <summary>Was given a number and has not begun.</summary>
    Assigned,

    /// <summary>Calls.</summary>
    Dialling,

    /// <summary>Leased, and without its SIP registration.</summary>
    Unregistered,

    /// <summary>Gets no numbers until an operator says so.</summary>
    Quarantined,
}
