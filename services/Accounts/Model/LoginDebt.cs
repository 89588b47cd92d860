namespace EmptyNumber.Accounts.Model;

/// <summary>What failed logins cost whoever made them.</summary>
internal sealed class LoginDebt
{
    /// <summary>SHA-256 of who it is: what people type for a user name may be a password.</summary>
    public required string Key { get; init; }

    /// <summary>When the last failure is forgiven.</summary>
    public DateTimeOffset ForgivenAt { get; init; }
}
