namespace EmptyNumber.Detection.Model;

/// <summary>What a customer submitted at once.</summary>
public sealed class DetectionTask
{
    public long Id { get; init; }

    public long UserId { get; init; }

    public bool IsBatch { get; set; }

    /// <summary>Its records.</summary>
    public int Total { get; set; }

    /// <summary>Its records in a final state; only ever grows, up to <see cref="Total"/>.</summary>
    public int Finished { get; private set; }

    /// <summary>How many of its records are in each final state, in the order of <see cref="StateCounts.Slots"/>.</summary>
    public int[] States { get; init; } = new int[StateCounts.Slots.Count];

    /// <summary>Lines of an uploaded file that are no numbers.</summary>
    public int Rejected { get; set; }

    /// <summary>Where its end is told, null for nowhere.</summary>
    public string? CallbackUrl { get; init; }

    /// <summary>When it was submitted, UTC.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When its last record became final, UTC; null before.</summary>
    public DateTimeOffset? FinishedAt { get; init; }
}
