namespace EmptyNumber.Detection.Model;

/// <summary>What a user's webhooks are signed with.</summary>
public sealed class WebhookSecret
{
    public long UserId { get; init; }

    /// <summary>40 lower-case hex digits; the HMAC key is this text.</summary>
    public required string Secret { get; set; }
}

/// <summary>A task's end that has not been told yet.</summary>
public sealed class WebhookDelivery
{
    public Guid EventId { get; init; }

    public long TaskId { get; init; }

    public long UserId { get; init; }

    public required string Url { get; init; }

    /// <summary>The JSON that is sent, byte for byte the same at every try.</summary>
    public required string Body { get; init; }

    /// <summary>How often it was tried.</summary>
    public int Tries { get; set; }

    /// <summary>When it is tried next, UTC; null when it is given up.</summary>
    public DateTimeOffset? DueAt { get; set; }

    /// <summary>Why the last try failed.</summary>
    public string? LastError { get; set; }

    public DateTimeOffset CreatedAt { get; init; }
}
