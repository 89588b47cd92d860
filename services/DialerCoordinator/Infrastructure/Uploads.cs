using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>What dialers upload, and the calls that it belongs to.</summary>
/// <remarks>Whoever uploads need not hold the lease any more: the recording of a lost client counts while the number has no final state.</remarks>
internal sealed class Uploads(CoordinatorDb db, Settlement settlement, IOptions<FleetOptions> fleet, TimeProvider time)
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
    Accepted,

    /// <summary>Of a call that has its recording, or of a number that has its state: nothing changes.</summary>
    Repeated,

    /// <summary>This client never had this number on this extension.</summary>
    NoSuchCall,
}
