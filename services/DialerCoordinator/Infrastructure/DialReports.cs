using EmptyNumber.DialerCoordinator.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>What the holder of a lease reports about the number that it was given.</summary>
/// <remarks>Each report is one statement, which looks whether a newer lease on the extension is known before it changes anything.</remarks>
internal sealed class DialReports(CoordinatorDb db, Reaper reaper, IOptions<FleetOptions> fleet, TimeProvider time)
{
    /// <summary>The extension calls a number.</summary>
    public Task<ReportOutcome> BeginAsync(string clientId, Lease lease, string number, CancellationToken cancellationToken) => OutcomeAsync(
        $"""
        with fence as (
            select exists (select from extensions where number = {lease.Extension} and lease_token > {lease.Token}) as is_newer
        ), begun as (
            update dial_jobs set state = 2, deadline_at = case state when 1 then {time.GetUtcNow() + fleet.Value.CallTimeout} else deadline_at end
            where extension = {lease.Extension} and client_id = {clientId} and number = {number} and state in (1, 2)
            and not (select is_newer from fence)
            returning id
        )
        select case when (select is_newer from fence) then 2 when exists (select from begun) then 0 else 1 end as "Value"
        """,
        cancellationToken);

    /// <summary>The call is over: the recording must follow soon.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="lease">Its lease on the extension.</param>
    /// <param name="number">The number that was called, where the report says so.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public Task<ReportOutcome> HangUpAsync(string clientId, Lease lease, string? number, CancellationToken cancellationToken) => OutcomeAsync(
        $"""
        with fence as (
            select exists (select from extensions where number = {lease.Extension} and lease_token > {lease.Token}) as is_newer
        ), under_way as (
            select id, {number}::text is null or number = {number} as is_meant from dial_jobs
            where extension = {lease.Extension} and client_id = {clientId} and state = 2
        ), ended as (
            update dial_jobs set deadline_at = least(deadline_at, {time.GetUtcNow() + fleet.Value.UploadTimeout})
            where id in (select id from under_way where is_meant) and state = 2 and not (select is_newer from fence)
        )
        select case when (select is_newer from fence) then 2 when exists (select from under_way where not is_meant) then 1 else 0 end as "Value"
        """,
        cancellationToken);

    /// <summary>The extension has lost its registration: what it was given and has not begun goes to others.</summary>
    public async Task<ReportOutcome> UnregisterAsync(string clientId, Lease lease, CancellationToken cancellationToken)
    {
        if (await db.Extensions.AnyAsync(extension => extension.Number == lease.Extension && extension.LeaseToken > lease.Token, cancellationToken))
            return ReportOutcome.Fenced;
        await reaper.UnregisterAsync(clientId, lease.Extension, cancellationToken);
        return ReportOutcome.Current;
    }

    private async Task<ReportOutcome> OutcomeAsync(FormattableString statement, CancellationToken cancellationToken) =>
        (ReportOutcome)(await db.Database.SqlQuery<int>(statement).ToListAsync(cancellationToken)).Single();
}

/// <summary>What a report was worth.</summary>
internal enum ReportOutcome
{
    /// <summary>It tells what the extension does now.</summary>
    Current = 0,

    /// <summary>It is about a call that is over, or never was.</summary>
    Late = 1,

    /// <summary>Another client has a newer lease on the extension.</summary>
    Fenced = 2,
}
