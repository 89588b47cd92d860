namespace EmptyNumber.Detection.Model;

/// <summary>A line of an uploaded file that is no number.</summary>
public sealed class RejectedLine
{
    public long TaskId { get; init; }

    /// <summary>Its number within the file, from 1.</summary>
    public int Line { get; init; }

    /// <summary>What stood there, cut at 64 characters.</summary>
    public required string Text { get; init; }

    public required string Reason { get; init; }
}

/// <summary>A request that must not make a second task when it is sent again.</summary>
public sealed class IdempotencyKey
{
    public long UserId { get; init; }

    public required string Key { get; init; }

    /// <summary>SHA-256 of the request's body.</summary>
    public required byte[] BodyHash { get; init; }

    /// <summary>The response that was given, as JSON.</summary>
    public string? Response { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What a user had on one day, in the service's time zone.</summary>
public sealed class UsageDay
{
    public long UserId { get; init; }

    public DateOnly Day { get; init; }

    /// <summary>Records submitted.</summary>
    public long Submitted { get; init; }

    /// <summary>Records that calls settled.</summary>
    public long Dialled { get; init; }

    /// <summary>Records that an earlier verdict settled.</summary>
    public long Reused { get; init; }

    /// <summary>Records settled, in the order of <see cref="StateCounts.Slots"/>.</summary>
    public long[] States { get; init; } = new long[StateCounts.Slots.Count];
}
