using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>Takes numbers back from whoever has fallen silent: dialers, extensions, the classifier.</summary>
internal sealed class Reaper(CoordinatorDb db, JobRound round, Settlement settlement, IOptions<FleetOptions> fleet, TimeProvider time)
{
    /// <summary>The extension cannot dial: what it has not begun goes to others.</summary>
    public Task UnregisterAsync(string clientId, string extension, CancellationToken cancellationToken) => GiveUpAsync(
        $"select * from dial_jobs where extension = {extension} and client_id = {clientId} and state = 1 for update",
        _ => "the extension lost its registration",
        cancellationToken);

    /// <summary>The clients are gone: their numbers return to the queue.</summary>
    public Task LoseAsync(string[] clientIds, CancellationToken cancellationToken) => GiveUpAsync(
        $"select * from dial_jobs where client_id = any({clientIds}) and state in (1, 2) order by number for update skip locked",
        _ => "the client was lost",
        cancellationToken);

    /// <summary>The extensions have newer leases than those under which these numbers were given.</summary>
    public Task LoseFencedAsync(CancellationToken cancellationToken) => GiveUpAsync(
        $"""
        select j.* from dial_jobs j join extensions e on e.number = j.extension
        where j.state in (1, 2) and j.lease_token < e.lease_token order by j.number limit {JobRound.Size} for update of j skip locked
        """,
        _ => "the extension was leased to another client",
        cancellationToken);

    /// <summary>Gives up what has waited past its deadline.</summary>
    public Task ExpireAsync(CancellationToken cancellationToken) => GiveUpAsync(
        $"select * from dial_jobs where deadline_at < {time.GetUtcNow()} and state in (1, 2) order by number limit {JobRound.Size} for update skip locked",
        job => job.State is DialJobState.Assigned ? "the extension did not begin to call" : "no recording was uploaded",
        cancellationToken);

    /// <summary>Asks the classifier again about recordings that it has not answered, and gives up those asked often enough.</summary>
    public Task AskAgainAsync(CancellationToken cancellationToken) => round.RunAsync(
        $"select * from dial_jobs where deadline_at < {time.GetUtcNow()} and state = 3 order by number limit {JobRound.Size} for update skip locked",
        async jobs =>
        {
            var calls = await settlement.CallsOfAsync(jobs, cancellationToken);
            var silent = new List<DialJob>();
            foreach (var job in jobs)
            {
                var call = calls[job.Id].Single(c => c.Id == job.CallId);
                if (job.ClassifyRequests >= fleet.Value.ClassifyRequests)
                {
                    call.Fail(CallOutcome.Failed, "the recording was not classified in time");
                    silent.Add(job);
                    continue;
                }

                // Twice as long each time: a backlog is not made longer by asking.
                job.DeadlineAt = time.GetUtcNow() + fleet.Value.ClassifyTimeout * Math.Pow(2, job.ClassifyRequests++);
                db.Publish(new CallRecorded(call.Id, call.RecordingId!, call.Signalling), job.TraceParent);
            }

            await settlement.SettleAsync(silent, cancellationToken);
        },
        cancellationToken);

    /// <summary>Ends the numbers that the calling rules do not let be dialled any more.</summary>
    public Task CloseHeldAsync(CancellationToken cancellationToken) => round.RunAsync(
        $"""
        select * from dial_jobs where state = 5 and held_reason in ({HeldReason.DoNotCall}, {HeldReason.Attempts}) and due_at <= {time.GetUtcNow()}
        order by number limit {JobRound.Size} for update skip locked
        """,
        jobs => settlement.CloseAsync(jobs, cancellationToken),
        cancellationToken);

    private Task<int> GiveUpAsync(FormattableString select, Func<DialJob, string> failure, CancellationToken cancellationToken) => round.RunAsync(
        select,
        jobs =>
        {
            db.Calls.AddRange(jobs.Select(job => job.GiveUpCall(failure(job))));
            return settlement.SettleAsync(jobs, cancellationToken);
        },
        cancellationToken);
}
