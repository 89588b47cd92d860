using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>What dialers upload, and the calls that it belongs to.</summary>
/// <remarks>Whoever uploads need not hold the lease any more: the recording of a lost client counts while the number has no final state.</remarks>
internal sealed class Uploads(CoordinatorDb db, Settlement settlement, IOptions<FleetOptions> fleet, TimeProvider time)
{
    /// <summary>What an upload would be now, before anything is kept of it.</summary>
    public async Task<UploadResult> ExpectAsync(string clientId, string extension, string number, CancellationToken cancellationToken) =>
        (UploadResult)(await db.Database.SqlQuery<int>(
            $"""
            select case
                when exists (select from dial_jobs where number = {number} and client_id = {clientId} and extension = {extension} and state in (1, 2)) then 0
                else coalesce((
                    select case when c.recording_id is null and j.state in (0, 1, 2, 5) then 0 else 1 end
                    from calls c join dial_jobs j on j.id = c.job_id
                    where c.number = {number} and c.client_id = {clientId} and c.extension = {extension}
                    order by c.started_at desc limit 1), 2)
                end as "Value"
            """).ToListAsync(cancellationToken)).Single();

    /// <summary>A recording has arrived, and stands in the store.</summary>
    public async Task<UploadResult> RecordAsync(
        string clientId, string extension, string number, string recordingId, Signalling signalling, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var job = await LockOpenJobAsync(number, cancellationToken);
        Call call;
        if (job?.IsWith(clientId, extension) == true)
        {
            call = job.EndCall();
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
                db.Calls.Add(job.GiveUpCall("a late recording of an earlier call arrived first"));
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
    public async Task FailAsync(string clientId, string extension, string number, string failure, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await LockOpenJobAsync(number, cancellationToken) is { } job && job.IsWith(clientId, extension))
        {
            db.Calls.Add(job.EndCall().Fail(CallOutcome.Failed, failure));
            await settlement.SettleAsync([job], cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private Task<DialJob?> LockOpenJobAsync(string number, CancellationToken cancellationToken) =>
        db.DialJobs.FromSql($"select * from dial_jobs where number = {number} and state <> 4 for update").SingleOrDefaultAsync(cancellationToken);
}

/// <summary>What an upload was.</summary>
internal enum UploadResult
{
    /// <summary>The recording of a call without one.</summary>
    Accepted = 0,

    /// <summary>Of a call that has its recording, or of a number that has its state: nothing changes.</summary>
    Repeated = 1,

    /// <summary>This client never had this number on this extension.</summary>
    NoSuchCall = 2,
}
