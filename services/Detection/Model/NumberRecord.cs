using EmptyNumber.Contracts;

namespace EmptyNumber.Detection.Model;

/// <summary>One number of a task, as often as it was submitted.</summary>
public sealed class NumberRecord
{
    public long Id { get; init; }

    public long TaskId { get; init; }

    /// <summary>The number in its national form, 11 digits.</summary>
    public required string Number { get; init; }

    public Carrier Carrier { get; init; }

    public NumberState State { get; init; }

    public NumberState? EmbeddedState { get; init; }

    /// <summary>The chance that the state is right, 0 to 1; null while pending.</summary>
    public double? Confidence { get; init; }

    /// <summary>Why there is no state, where nobody dialled.</summary>
    public string? Reason { get; init; }

    /// <summary>When the state was decided, UTC; null while pending. Before the task where an earlier verdict was reused.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>The calls that were made, as JSON (a list of <see cref="CallAttempt"/>); null while pending.</summary>
    public string? Attempts { get; init; }
}
