using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Model;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>What the classifier says of recordings, and what that means for their numbers.</summary>
internal sealed partial class Verdicts(
    CoordinatorDb db, JobRound round, Settlement settlement, TimeProvider time, ILogger<Verdicts> logger)
{
    private const string Overtaken = "an earlier recording told the number's state";

    /// <summary>
    /// The classifier has listened. Verdicts about numbers that have their state already change nothing; one that ended as unknown is not
    /// settled while somebody waits for it.
    /// </summary>
    public Task ClassifyAsync(IReadOnlyCollection<CallClassified> verdicts, CancellationToken cancellationToken)
    {
        var ids = verdicts.Select(verdict => verdict.CallId).ToArray();
        var verdictOf = verdicts.OrderByDescending(Tells).DistinctBy(verdict => verdict.CallId).ToDictionary(verdict => verdict.CallId);
        return round.RunAsync(
            $"""
            select * from dial_jobs j
            where id in (select job_id from calls where id = any({ids})) and (state <> 4 or exists (select from waiters w where w.job_id = j.id))
            order by number for update
            """,
            jobs => TakeAsync(jobs, verdictOf, cancellationToken),
            cancellationToken);
    }

    private async Task TakeAsync(IReadOnlyList<DialJob> jobs, Dictionary<Guid, CallClassified> verdictOf, CancellationToken cancellationToken)
    {
        var calls = await settlement.CallsOfAsync(jobs, cancellationToken);
        var heard = new List<Call>();
        var settled = new List<DialJob>();
        foreach (var job in jobs)
        {
            foreach (var call in calls[job.Id].Where(call => verdictOf.ContainsKey(call.Id)).OrderByDescending(call => call.Id == job.CallId))
            {
                var verdict = verdictOf[call.Id];
                var isAwaited = job.State is DialJobState.Recorded && job.CallId == call.Id;
                var isKnown = call.Verdict is not null && !(call.Outcome is CallOutcome.Undecided && Tells(verdict));
                if (isKnown || (!isAwaited && verdict.Verdict is null))
                    continue;
                call.Note(verdict);
                heard.Add(call);
                if (isAwaited || (!settled.Contains(job) && Overtakes(job, call, [.. calls[job.Id]])))
                    settled.Add(job);
            }
        }

        await QuarantineAsync(heard, cancellationToken);
        await settlement.SettleAsync(settled, cancellationToken);
    }

    /// <summary>Whether it says more than that the recording does not tell: a later verdict may, when an announcement was learnt meanwhile.</summary>
    private static bool Tells(CallClassified verdict) => verdict.Verdict is { State: not NumberState.Pending } or { CallerSide: true };

    /// <summary>
    /// A verdict that comes after its recording was given up still decides a number that has no state, whatever is under
    /// way for it now. One that decides nothing is kept, and the number goes the way that it has taken.
    /// </summary>
    private bool Overtakes(DialJob job, Call late, Call[] calls)
    {
        if (job.State is DialJobState.Resolved)
        {
            if (late.TellsState)
                job.CallId = late.Id;
            return late.TellsState;
        }

        if (settlement.Decide(calls, late) is not Decision.Final { By: { } by } || by != late)
            return false;
        if (job.IsWithDialer)
            db.Calls.Add(job.GiveUpCall(Overtaken));
        else if (job.State is DialJobState.Recorded)
            calls.Single(call => call.Id == job.CallId).Fail(CallOutcome.Failed, Overtaken);
        job.CallId = late.Id;
        return true;
    }

    /// <summary>An extension whose own line was announced as barred is not used until an operator has seen to it, unless it has served since.</summary>
    private async Task QuarantineAsync(IEnumerable<Call> heard, CancellationToken cancellationToken)
    {
        foreach (var call in heard.Where(call => call.Outcome is CallOutcome.CallerSide).OrderBy(call => call.Extension, StringComparer.Ordinal))
        {
            var text = call.ReadVerdict()?.Announcement?.Text;
            var isNew = await db.Database.ExecuteSqlAsync(
                $"""
                update extensions set quarantined_at = {time.GetUtcNow()}, quarantine_reason = {text}
                where number = {call.Extension} and quarantined_at is null
                and not exists (select from calls c where c.extension = {call.Extension} and c.started_at > {call.StartedAt} and c.outcome in (0, 1, 2))
                """,
                cancellationToken);
            if (isNew > 0)
                Quarantined(logger, call.Extension, text);
        }
    }

    [LoggerMessage(LogLevel.Warning, "Extension {Extension} is in quarantine: its own line was announced as barred, \"{Heard}\"")]
    private static partial void Quarantined(ILogger logger, string extension, string? heard);
}
