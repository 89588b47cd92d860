namespace EmptyNumber.DialerCoordinator.Model;

/// <summary>An account at the telephone exchange that dialers call from.</summary>
public sealed class Extension
{
    /// <summary>Its number, at most 32 characters.</summary>
    public required string Number { get; init; }

    public required string Password { get; set; }

    /// <summary>The SIP host that it registers at; null for the client's own setting.</summary>
    public string? Host { get; set; }

    /// <summary>When its own line was announced as barred, UTC; it is not used until an operator clears this.</summary>
    public DateTimeOffset? QuarantinedAt { get; set; }

    /// <summary>What was announced.</summary>
    public string? QuarantineReason { get; set; }
}
