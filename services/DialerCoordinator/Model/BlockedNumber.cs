namespace EmptyNumber.DialerCoordinator.Model;

/// <summary>A number on the do-not-call list: it is never dialled, whoever asks for it.</summary>
public sealed class BlockedNumber
{
    /// <summary>The number in its national form, 11 digits.</summary>
    public required string Number { get; init; }

    /// <summary>Why, as the operator put it.</summary>
    public required string Reason { get; set; }

    /// <summary>When it was added, UTC.</summary>
    public DateTimeOffset AddedAt { get; init; }
}
