using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>What came of calls: recordings, failures and verdicts, and what each means for its number.</summary>
/// <remarks>
/// Every operation locks the jobs that it touches first, then reads, then writes, in one transaction: the state of a
/// number, its call and the message that tells of it change together or not at all.
/// </remarks>
internal sealed class CallLedger(CoordinatorDb db, IOptions<FleetOptions> fleet, IOptions<RetryOptions> retry, TimeProvider time)
{
    /// <summary>A recording has arrived, and stands in the store.</summary>
    public async Task<UploadResult> RecordAsync(
        string clientId, string extension, string number, string recordingId, Signalling signalling, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var job = await LockOpenJobAsync(number, cancellationToken);
        Call call;
        if (job?.IsWith(clientId, extension) == true)
        {
            call = End(job);
            db.Calls.Add(call);
        }
        else
        {
            // Not under way any more: a repeat, or a client that was lost meanwhile.
            var last = await db.Calls.Where(c => c.Number == number && c.ClientId == clientId && c.Extension == extension)
                .OrderByDescending(c => c.StartedAt).FirstOrDefaultAsync(cancellationToken);
            if (last is null)
                return UploadResult.NoSuchCall;
            if (last.RecordingId is not null || job is null or { State: DialJobState.Recorded } || last.JobId != job.Id)
                return UploadResult.Repeated;
            if (job.IsWithDialer)
                db.Calls.Add(Fail(End(job), CallOutcome.NotBegun, "a late recording of an earlier call arrived first"));
            call = last;
            call.Outcome = null;
            call.Failure = null;
        }

        call.RecordingId = recordingId;
        (call.SipCode, call.Q850Cause, call.Answered) = signalling;
        job.Record(call.Id, time.GetUtcNow() + fleet.Value.ClassifyTimeout);
        db.Publish(new CallRecorded(call.Id, recordingId, signalling), job.TraceParent);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return UploadResult.Accepted;
    }

    /// <summary>What was uploaded is not a recording: the call has failed.</summary>
    public async Task FailUploadAsync(string clientId, string extension, string number, string failure, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await LockOpenJobAsync(number, cancellationToken) is { } job && job.IsWith(clientId, extension))
        {
            db.Calls.Add(Fail(End(job), CallOutcome.Failed, failure));
            await SettleAsync([job], cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>An extension reports that it calls a number.</summary>
    /// <returns>False when it was not given that number, or has done with it: the report came late.</returns>
    public async Task<bool> BeginAsync(string clientId, string extension, string number, CancellationToken cancellationToken) =>
        await db.Database.ExecuteSqlAsync(
            $"""
            update dial_jobs set state = 2, deadline_at = case state when 1 then {time.GetUtcNow() + fleet.Value.CallTimeout} else deadline_at end
            where extension = {extension} and client_id = {clientId} and number = {number} and state in (1, 2)
            """,
            cancellationToken) > 0;

    /// <summary>An extension reports that its call is over: the recording must follow soon.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="extension">The extension.</param>
    /// <param name="number">The number that was called, where the report says so.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>False when it calls another number by now: the report came late.</returns>
    public async Task<bool> HangUpAsync(string clientId, string extension, string? number, CancellationToken cancellationToken)
    {
        if (number is not null && await db.DialJobs.AnyAsync(
            job => job.ClientId == clientId && job.Extension == extension && job.State == DialJobState.Dialling && job.Number != number, cancellationToken))
        {
            return false;
        }

        await db.Database.ExecuteSqlAsync(
            $"""
            update dial_jobs set deadline_at = least(deadline_at, {time.GetUtcNow() + fleet.Value.UploadTimeout})
            where extension = {extension} and client_id = {clientId} and state = 2
            """,
            cancellationToken);
        return true;
    }

    /// <summary>An extension has lost its registration: what it was given and has not begun goes to others.</summary>
    /// <returns>True: it is so from now on.</returns>
    public async Task<bool> UnregisterAsync(string clientId, string extension, CancellationToken cancellationToken)
    {
        await GiveUpAsync(
            $"select * from dial_jobs where extension = {extension} and client_id = {clientId} and state = 1 for update",
            _ => (CallOutcome.NotBegun, "the extension lost its registration"),
            cancellationToken);
        return true;
    }

    /// <summary>The clients are gone: their numbers return to the queue.</summary>
    public Task LoseAsync(string[] clientIds, CancellationToken cancellationToken) => GiveUpAsync(
        $"select * from dial_jobs where client_id = any({clientIds}) and state in (1, 2) order by number for update skip locked",
        job => (job.State is DialJobState.Assigned ? CallOutcome.NotBegun : CallOutcome.Failed, "the client was lost"),
        cancellationToken);

    /// <summary>Gives up what has waited past its deadline.</summary>
    public Task ExpireAsync(CancellationToken cancellationToken) => GiveUpAsync(
        $"select * from dial_jobs where deadline_at < {time.GetUtcNow()} and state in (1, 2) order by number limit 500 for update skip locked",
        job => job.State is DialJobState.Assigned
            ? (CallOutcome.NotBegun, "the extension did not begin to call")
            : (CallOutcome.Failed, "no recording was uploaded"),
        cancellationToken);

    /// <summary>Asks the classifier again about recordings that it has not answered, and gives up those asked often enough.</summary>
    public async Task AskAgainAsync(CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var jobs = await db.DialJobs.FromSql(
            $"select * from dial_jobs where deadline_at < {time.GetUtcNow()} and state = 3 order by number limit 500 for update skip locked")
            .ToListAsync(cancellationToken);
        if (jobs.Count == 0)
            return;
        var calls = await CallsOfAsync(jobs, cancellationToken);
        foreach (var job in jobs)
        {
            var call = calls[job.Id].Single(c => c.Id == job.CallId);
            if (job.ClassifyRequests >= fleet.Value.ClassifyRequests)
            {
                Fail(call, CallOutcome.Failed, "the recording was not classified in time");
                continue;
            }

            // Twice as long each time: a backlog is not made longer by asking.
            job.DeadlineAt = time.GetUtcNow() + fleet.Value.ClassifyTimeout * Math.Pow(2, job.ClassifyRequests++);
            db.Publish(new CallRecorded(call.Id, call.RecordingId!, call.Signalling), job.TraceParent);
        }

        await SettleAsync([.. jobs.Where(job => job.DeadlineAt < time.GetUtcNow())], cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>The classifier has listened. Verdicts about calls that are settled already change nothing.</summary>
    public async Task ClassifyAsync(IReadOnlyCollection<CallClassified> verdicts, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var ids = verdicts.Select(verdict => verdict.CallId).ToArray();
        var jobs = await db.DialJobs.FromSql($"select * from dial_jobs where call_id = any({ids}) and state = 3 order by number for update")
            .ToListAsync(cancellationToken);
        if (jobs.Count == 0)
            return;
        var verdictOf = verdicts.DistinctBy(verdict => verdict.CallId).ToDictionary(verdict => verdict.CallId);
        var calls = await CallsOfAsync(jobs, cancellationToken);
        foreach (var job in jobs)
            calls[job.Id].Single(call => call.Id == job.CallId).Note(verdictOf[job.CallId!.Value]);
        await QuarantineAsync([.. calls.SelectMany(group => group).Where(call => call.Outcome == CallOutcome.CallerSide && verdictOf.ContainsKey(call.Id))], cancellationToken);
        await SettleAsync(jobs, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private async Task GiveUpAsync(FormattableString select, Func<DialJob, (CallOutcome, string)> reason, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var jobs = await db.DialJobs.FromSql(select).ToListAsync(cancellationToken);
        if (jobs.Count == 0)
            return;
        foreach (var job in jobs)
        {
            var (outcome, failure) = reason(job);
            db.Calls.Add(Fail(End(job), outcome, failure));
        }

        await SettleAsync(jobs, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Lets the retry policy decide about jobs whose last call has its outcome, and publishes what is final.</summary>
    private async Task SettleAsync(List<DialJob> jobs, CancellationToken cancellationToken)
    {
        if (jobs.Count == 0)
            return;
        await db.SaveChangesAsync(cancellationToken);
        var calls = await CallsOfAsync(jobs, cancellationToken);
        var jobIds = jobs.Select(job => job.Id).ToArray();
        var wanted = (await db.Waiters.Where(waiter => jobIds.Contains(waiter.JobId)).Select(waiter => new { waiter.JobId, waiter.RecordId })
            .ToListAsync(cancellationToken)).ToLookup(waiter => waiter.JobId, waiter => waiter.RecordId);

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

    private async Task QuarantineAsync(List<Call> calls, CancellationToken cancellationToken)
    {
        foreach (var call in calls.OrderBy(call => call.Extension, StringComparer.Ordinal))
        {
            var heard = call.ReadVerdict()?.Announcement?.Text;
            await db.Database.ExecuteSqlAsync(
                $"update extensions set quarantined_at = {time.GetUtcNow()}, quarantine_reason = {heard} where number = {call.Extension} and quarantined_at is null",
                cancellationToken);
        }
    }

    private Task<DialJob?> LockOpenJobAsync(string number, CancellationToken cancellationToken) =>
        db.DialJobs.FromSql($"select * from dial_jobs where number = {number} and state <> 4 for update").SingleOrDefaultAsync(cancellationToken);

    private async Task<ILookup<long, Call>> CallsOfAsync(List<DialJob> jobs, CancellationToken cancellationToken)
    {
        var ids = jobs.Select(job => job.Id).ToArray();
        return (await db.Calls.Where(call => ids.Contains(call.JobId)).ToListAsync(cancellationToken)).ToLookup(call => call.JobId);
    }

    /// <summary>The call that a job has with a dialer.</summary>
    private static Call End(DialJob job) => new()
    {
        Id = job.CallId!.Value,
        JobId = job.Id,
        Number = job.Number,
        ClientId = job.ClientId!,
        Extension = job.Extension!,
        StartedAt = job.AssignedAt!.Value,
    };

    private static Call Fail(Call call, CallOutcome outcome, string failure)
    {
        call.Outcome = outcome;
        call.Failure = failure;
        return call;
    }
}

/// <summary>What an upload was.</summary>
internal enum UploadResult
{
    /// <summary>The recording of a call without one.</summary>
    Accepted,

    /// <summary>Of a call that has its recording, or of a number that has its state: nothing changes.</summary>
    Repeated,

    /// <summary>This client never had this number on this extension.</summary>
    NoSuchCall,
}
