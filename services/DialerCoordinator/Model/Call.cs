using System.Text.Json;
using EmptyNumber.Contracts;

namespace EmptyNumber.DialerCoordinator.Model;

/// <summary>One call that has ended: with a recording, or without.</summary>
public sealed class Call
{
    public Guid Id { get; init; }

    public long JobId { get; init; }

    public required string Number { get; init; }

    public required string ClientId { get; init; }

    public required string Extension { get; init; }

    /// <summary>When it was assigned, UTC.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>The recording in the store, null where none was uploaded.</summary>
    public string? RecordingId { get; set; }

    public int? SipCode { get; set; }

    public int? Q850Cause { get; set; }

    public bool? Answered { get; set; }

    /// <summary>What came of it; null while the classifier has it.</summary>
    public CallOutcome? Outcome { get; set; }

    /// <summary>The verdict as JSON, null where there is none.</summary>
    public string? Verdict { get; set; }

    /// <summary>Why it failed, null where it did not.</summary>
    public string? Failure { get; set; }

    /// <summary>What decides whether the number is dialled again: the state that it told, or else the outcome, by name.</summary>
    public string Cause => (Outcome is CallOutcome.Decided ? ReadVerdict()?.State.ToString() : null) ?? Outcome.ToString()!;

    /// <summary>What the signalling said.</summary>
    public Signalling Signalling => new(SipCode, Q850Cause, Answered);

    /// <summary>Whether it told a state of the number, final at once or not.</summary>
    public bool TellsState => Outcome is CallOutcome.Decided or CallOutcome.Unreachable or CallOutcome.NetworkBusy;

    /// <summary>The verdict, null where there is none.</summary>
    public Verdict? ReadVerdict() => Verdict is null ? null : JsonSerializer.Deserialize<Verdict>(Verdict);

    /// <summary>Notes that nothing came of it.</summary>
    public Call Fail(CallOutcome outcome, string failure)
    {
        Outcome = outcome;
        Failure = failure;
        return this;
    }

    /// <summary>Notes what the classifier said.</summary>
    public void Note(CallClassified classified)
    {
        Verdict = classified.Verdict is null ? null : JsonSerializer.Serialize(classified.Verdict);
        Failure = classified.Failure;
        Outcome = classified.Verdict switch
        {
            null => CallOutcome.Failed,
            { CallerSide: true } => CallOutcome.CallerSide,
            { State: NumberState.Pending, Segments: [_, ..] segments } when segments.All(segment => segment.Kind is SegmentKind.Silence) => CallOutcome.Silent,
            { State: NumberState.Pending } => CallOutcome.Undecided,
            { State: NumberState.Unreachable } => CallOutcome.Unreachable,
            { State: NumberState.NetworkBusy } => CallOutcome.NetworkBusy,
            _ => CallOutcome.Decided,
        };
    }

    /// <summary>The call as customers may read it.</summary>
    public CallAttempt ToAttempt()
    {
        var verdict = ReadVerdict();
        return new CallAttempt(
            Id, StartedAt, Extension, Signalling, verdict?.State ?? NumberState.Pending, verdict?.Confidence ?? 0,
            verdict?.Tone, verdict?.Announcement, RecordingId, Failure, verdict?.SignalledState);
    }
}

/// <summary>What came of a call, as far as the retry policy tells apart. Kept in the database as these numbers.</summary>
public enum CallOutcome
{
    /// <summary>A state that is final.</summary>
    Decided = 0,

    /// <summary>State 6: the number may be reachable later.</summary>
    Unreachable = 1,

    /// <summary>State 12: the network may be free later, or elsewhere.</summary>
    NetworkBusy = 2,

    /// <summary>A recording that does not tell.</summary>
    Undecided = 3,

    /// <summary>The announcement was about the extension's own line.</summary>
    CallerSide = 4,

    /// <summary>No recording, or none that can be read.</summary>
    Failed = 5,

    /// <summary>Assigned, but the client was lost or silent before it began.</summary>
    NotBegun = 6,

    /// <summary>A recording of silence: the line may carry no sound.</summary>
    Silent = 7,
}
