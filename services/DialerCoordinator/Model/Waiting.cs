namespace EmptyNumber.DialerCoordinator.Model;

/// <summary>A customer's task, as far as the queue knows it.</summary>
public sealed class CustomerTask
{
    /// <summary>The id that Detection gave it.</summary>
    public long Id { get; init; }

    /// <summary>The place of its last number in the queue.</summary>
    public long LastTurn { get; set; }

    /// <summary>When a part of it, or its deletion, came last, UTC.</summary>
    public DateTimeOffset TouchedAt { get; set; }

    /// <summary>True once it was deleted; parts of it that arrive later are ignored.</summary>
    public bool Deleted { get; set; }
}

/// <summary>A part of a task that has been queued: a repeat of its message changes nothing.</summary>
public sealed class TaskPart
{
    public long TaskId { get; init; }

    public int Part { get; init; }
}

/// <summary>A customer's record that waits for a dial job.</summary>
public sealed class Waiter
{
    public long RecordId { get; init; }

    public long TaskId { get; init; }

    public long JobId { get; init; }
}
