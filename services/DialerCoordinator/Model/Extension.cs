namespace EmptyNumber.DialerCoordinator.Model;

/// <summary>An account at the telephone exchange that dialers call from.</summary>
public sealed class Extension
{
    private const int MaxNumberLength = 32;

    /// <summary>What a number of an extension is, in words.</summary>
    public static string NumberRule { get; } = $"extensionNum: 1 to {MaxNumberLength} visible ASCII characters";

    /// <summary>Whether a text can be the number of an extension.</summary>
    public static bool IsNumber(string text) => text.Length is >= 1 and <= MaxNumberLength && !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>Its number, 1 to 32 visible ASCII characters.</summary>
    public required string Number { get; init; }

    public required string Password { get; set; }

    /// <summary>The SIP host that it registers at; null for the client's own setting.</summary>
    public string? Host { get; set; }

    /// <summary>When its own line was announced as barred, UTC; it is not used until an operator clears this.</summary>
    public DateTimeOffset? QuarantinedAt { get; set; }

    /// <summary>What was announced.</summary>
    public string? QuarantineReason { get; set; }

    /// <summary>The newest fencing token of a lease on it that was ever seen; it only grows.</summary>
    public long LeaseToken { get; private set; }
}
