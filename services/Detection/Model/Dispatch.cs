using EmptyNumber.Contracts;

namespace EmptyNumber.Detection.Model;

/// <summary>A task whose numbers have not all been handed over to be dialled: the outbox of a task, by reference to its records.</summary>
public sealed class Dispatch
{
    public long TaskId { get; init; }

    public Priority Priority { get; init; }

    /// <summary>Verdicts not older than this are reused; zero: none are.</summary>
    public TimeSpan MaxAge { get; init; }

    /// <summary>The last record that was handed over.</summary>
    public long AfterRecordId { get; set; }

    /// <summary>The next message's index within the task.</summary>
    public int Part { get; set; }

    /// <summary>The W3C trace context of the submission.</summary>
    public string? TraceParent { get; init; }
}
