using EmptyNumber.Contracts;

namespace EmptyNumber.DialerCoordinator.Model;

/// <summary>One number to be dialled. However many records wait for it, it is dialled once.</summary>
public sealed class DialJob
{
    public long Id { get; init; }

    /// <summary>The number in its national form. At most one job of a number is not resolved.</summary>
    public required string Number { get; init; }

    public DialJobState State { get; set; }

    /// <summary>Its place in the queue: the least is dialled next. See <c>DialQueue</c>.</summary>
    public long Turn { get; set; }

    /// <summary>The highest of the tasks that wait for it.</summary>
    public Priority Priority { get; set; }

    /// <summary>When it was first queued, UTC.</summary>
    public DateTimeOffset QueuedAt { get; init; }

    /// <summary>Not dialled before this moment, UTC.</summary>
    public DateTimeOffset DueAt { get; set; }

    /// <summary>Which calling rule holds it back while it is deferred; null where it waits for its pause alone.</summary>
    public string? HeldReason { get; set; }

    /// <summary>An extension that another one is preferred to, after a call that failed there.</summary>
    public string? AvoidExtension { get; set; }

    /// <summary>The client that has it, while assigned or dialling.</summary>
    public string? ClientId { get; set; }

    /// <summary>The extension that dials it, while assigned or dialling. An extension has one job at a time.</summary>
    public string? Extension { get; set; }

    /// <summary>The fencing token of the lease under which the extension has it.</summary>
    public long? LeaseToken { get; set; }

    /// <summary>The call under way, or the last one.</summary>
    public Guid? CallId { get; set; }

    /// <summary>When the call was assigned, UTC.</summary>
    public DateTimeOffset? AssignedAt { get; set; }

    /// <summary>When the present state is given up, UTC; null where it may last.</summary>
    public DateTimeOffset? DeadlineAt { get; set; }

    /// <summary>When it was over, UTC; null while it is not.</summary>
    public DateTimeOffset? ResolvedAt { get; set; }

    /// <summary>How often the classifier was asked about the recording of the present call.</summary>
    public int ClassifyRequests { get; set; }

    /// <summary>The W3C trace context of the number's way.</summary>
    public string? TraceParent { get; init; }

    /// <summary>True while an extension has it.</summary>
    public bool IsWithDialer => State is DialJobState.Assigned or DialJobState.Dialling;

    /// <summary>True when this client has it on this extension.</summary>
    public bool IsWith(string clientId, string extension) => IsWithDialer && ClientId == clientId && Extension == extension;

    /// <summary>The call that it has with a dialer, over now.</summary>
    public Call EndCall() => new()
    {
        Id = CallId!.Value,
        JobId = Id,
        Number = Number,
        ClientId = ClientId!,
        Extension = Extension!,
        StartedAt = AssignedAt!.Value,
    };

    /// <summary>The call that it has with a dialer, over without a recording: it may not even have begun.</summary>
    public Call GiveUpCall(string failure) => EndCall().Fail(State is DialJobState.Assigned ? CallOutcome.NotBegun : CallOutcome.Failed, failure);

    /// <summary>A recording has arrived and is being listened to.</summary>
    public void Record(Guid callId, DateTimeOffset deadline)
    {
        Leave(DialJobState.Recorded);
        CallId = callId;
        DeadlineAt = deadline;
        ClassifyRequests = 1;
    }

    /// <summary>It will be dialled again.</summary>
    public void Defer(DateTimeOffset dueAt, string? avoidExtension)
    {
        Leave(DialJobState.Deferred);
        DueAt = dueAt;
        AvoidExtension = avoidExtension;
    }

    /// <summary>The number has its final state.</summary>
    public void Resolve(DateTimeOffset now)
    {
        Leave(DialJobState.Resolved);
        ResolvedAt = now;
    }

    private void Leave(DialJobState next)
    {
        State = next;
        ClientId = null;
        Extension = null;
        LeaseToken = null;
        AssignedAt = null;
        DeadlineAt = null;
        HeldReason = null;
    }
}

/// <summary>The way of a dial job. Kept in the database as these numbers.</summary>
public enum DialJobState
{
    /// <summary>Waits for a free extension.</summary>
    Queued = 0,

    /// <summary>Given to a client's extension, which has not begun.</summary>
    Assigned = 1,

    /// <summary>The extension reports that it calls.</summary>
    Dialling = 2,

    /// <summary>A recording was uploaded; the classifier has it.</summary>
    Recorded = 3,

    /// <summary>Final.</summary>
    Resolved = 4,

    /// <summary>Dialled without a final result; queued again when due.</summary>
    Deferred = 5,
}
