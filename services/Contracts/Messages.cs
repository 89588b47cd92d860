namespace EmptyNumber.Contracts;

/// <summary>How soon a number is dialled, against others.</summary>
public enum Priority
{
    Low,
    Normal,
    High,
}

/// <summary>Numbers of a customer's task wait to be dialled. Published by Detection, at most 1,000 numbers a message.</summary>
/// <param name="TaskId">The task that they belong to.</param>
/// <param name="Part">The message's index within the task: with the task, the key that makes a repeat harmless.</param>
/// <param name="Priority">How soon.</param>
/// <param name="Numbers">The records and their numbers; a number may stand here more than once.</param>
public sealed record NumbersQueued(long TaskId, int Part, Priority Priority, IReadOnlyList<QueuedNumber> Numbers);

/// <summary>One record's number.</summary>
/// <param name="RecordId">The record that waits for it.</param>
/// <param name="Number">The number in its national form, 11 digits.</param>
public sealed record QueuedNumber(long RecordId, string Number);

/// <summary>A task was deleted: what only it waited for is not dialled any more. Published by Detection.</summary>
public sealed record TaskDeleted(long TaskId);

/// <summary>A dialer uploaded what it heard. Published by DialerCoordinator.</summary>
/// <param name="CallId">The call.</param>
/// <param name="RecordingId">The recording in the store.</param>
/// <param name="Signalling">What the network said besides, as far as the dialer knew it.</param>
public sealed record CallRecorded(Guid CallId, string RecordingId, Signalling Signalling);

/// <summary>What the signalling of a call said.</summary>
/// <param name="SipCode">The final or last provisional SIP status (RFC 3261), such as 180, 200, 404, 486.</param>
/// <param name="Q850Cause">The release cause (ITU-T Q.850), such as 1, 17, 18.</param>
/// <param name="Answered">Whether the call was answered.</param>
public sealed record Signalling(int? SipCode, int? Q850Cause, bool? Answered);

/// <summary>A recording was listened to. Published by AudioClassifier.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Verdict">What it says; null when the recording could not be read.</param>
/// <param name="Failure">Why it could not be read; null when it could.</param>
public sealed record CallClassified(Guid CallId, Verdict? Verdict, string? Failure);

/// <summary>Numbers have reached their final state. Published by DialerCoordinator, many numbers a message.</summary>
public sealed record NumbersResolved(IReadOnlyList<ResolvedNumber> Numbers);

/// <summary>The final state of one number, and the records that waited for it.</summary>
/// <param name="Number">The number.</param>
/// <param name="RecordIds">The records that waited.</param>
/// <param name="State">A final state.</param>
/// <param name="EmbeddedState">A second state inside the first, if there is one.</param>
/// <param name="Confidence">The chance that the state is right, 0 to 1.</param>
/// <param name="Reason">Why there is no state, where nobody dialled: <c>do_not_call</c>. Null otherwise.</param>
/// <param name="DecidedAt">When it was decided, UTC.</param>
/// <param name="Attempts">The calls that were made, oldest first.</param>
/// <param name="TraceParent">The W3C trace context of the number's way, null when it was not traced.</param>
public sealed record ResolvedNumber(
    string Number,
    IReadOnlyList<long> RecordIds,
    NumberState State,
    NumberState? EmbeddedState,
    double Confidence,
    string? Reason,
    DateTimeOffset DecidedAt,
    IReadOnlyList<CallAttempt> Attempts,
    string? TraceParent);

/// <summary>One call to a number, and what came of it.</summary>
/// <param name="CallId">The call.</param>
/// <param name="StartedAt">When it began, UTC.</param>
/// <param name="Extension">The extension that called.</param>
/// <param name="Signalling">What the signalling said.</param>
/// <param name="State">What the recording said; pending when it did not tell.</param>
/// <param name="Confidence">The chance that it is right, 0 to 1.</param>
/// <param name="Tone">The tone that was heard.</param>
/// <param name="Announcement">The announcement that was heard.</param>
/// <param name="RecordingId">The recording in the store, null when none was uploaded.</param>
/// <param name="Failure">Why the call failed, null when it did not.</param>
/// <param name="SignalledState">The state that the signalling speaks for, where the recording says something else; null where they do not conflict.</param>
public sealed record CallAttempt(
    Guid CallId,
    DateTimeOffset StartedAt,
    string Extension,
    Signalling Signalling,
    NumberState State,
    double Confidence,
    Tone? Tone,
    AnnouncementMatch? Announcement,
    string? RecordingId,
    string? Failure,
    NumberState? SignalledState = null);
