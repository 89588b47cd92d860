namespace EmptyNumber.DialerCoordinator.Model;

/// <summary>An account at the telephone exchange that dialers call from.</summary>
public sealed class Extension
{
    private const int MaxNumberLength = 32;
    private const int MaxPasswordLength = 64;
    private const int MaxHostLength = 255;

    /// <summary>What a number of an extension is, in words.</summary>
    public static string NumberRule { get; } = $"extensionNum: 1 to {MaxNumberLength} visible ASCII characters, no slash";

    /// <summary>What a password is, in words.</summary>
    public static string PasswordRule { get; } = $"password: 1 to {MaxPasswordLength} characters, none of them a control character";

    /// <summary>What a host is, in words.</summary>
    public static string HostRule { get; } = $"host: 1 to {MaxHostLength} visible ASCII characters";

    /// <summary>Whether a text can be the number of an extension.</summary>
    public static bool IsNumber(string text) => IsVisible(text, MaxNumberLength) && !text.Contains('/');

    /// <summary>Whether a text can be the password of an extension.</summary>
    public static bool IsPassword(string text) => text.Length is >= 1 and <= MaxPasswordLength && !text.Any(char.IsControl);

    /// <summary>Whether a text can be the host of an extension.</summary>
    public static bool IsHost(string text) => IsVisible(text, MaxHostLength);

    /// <summary>Its number, 1 to 32 visible ASCII characters without a slash.</summary>
    public required string Number { get; init; }

    /// <summary>Its password, encrypted: see <c>ExtensionPasswords</c>.</summary>
    public required string Password { get; set; }

    /// <summary>The SIP host that it registers at; null for the client's own setting.</summary>
    public string? Host { get; set; }

    /// <summary>When its own line was announced as barred, UTC; it is not used until an operator clears this.</summary>
    public DateTimeOffset? QuarantinedAt { get; set; }

    /// <summary>What was announced.</summary>
    public string? QuarantineReason { get; set; }

    /// <summary>The newest fencing token of a lease on it that was ever seen; it only grows.</summary>
    public long LeaseToken { get; private set; }

    private static bool IsVisible(string text, int most) => text.Length >= 1 && text.Length <= most && !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
