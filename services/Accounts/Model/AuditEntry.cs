namespace EmptyNumber.Accounts.Model;

/// <summary>What somebody did, or tried to do, with an account. Names stay when their users go.</summary>
internal sealed class AuditEntry
{
    public long Id { get; init; }

    /// <summary>One of <see cref="AuditEvents"/>.</summary>
    public required string Event { get; init; }

    public bool Success { get; init; }

    /// <summary>Whose account it is; null where there is none of that name, which is not kept: people type passwords for names.</summary>
    public long? UserId { get; init; }

    public string? UserName { get; init; }

    /// <summary>Who did it; null for somebody who could not show who he is, and for the verb <c>migrate</c>.</summary>
    public long? ActorId { get; init; }

    public string? ActorName { get; init; }

    /// <summary>From where; null where it is not known or not one place.</summary>
    public string? Address { get; init; }

    /// <summary>In words; never a secret.</summary>
    public string Detail { get; init; } = "";

    public DateTimeOffset At { get; init; }

    /// <summary>When it happened last, where it happened several times.</summary>
    public DateTimeOffset LastAt { get; init; }

    /// <summary>How often.</summary>
    public int Count { get; init; } = 1;

    /// <summary>The hour for which alike ones are one entry; null for what has an entry of its own.</summary>
    public DateTimeOffset? FoldedHour { get; init; }

    /// <summary>What they have in common; unique in the hour.</summary>
    public string? FoldedKey { get; init; }
}

/// <summary>What there are entries of.</summary>
internal static class AuditEvents
{
    public const string Login = "login";
    public const string Logout = "logout";
    public const string TokenCreated = "token_created";
    public const string TokenRevoked = "token_revoked";
    public const string UserCreated = "user_created";
    public const string UserChanged = "user_changed";
    public const string UserDeleted = "user_deleted";

    /// <summary>The words for the roles that a user has now.</summary>
    public static string Told(string[] roles) => $"roles: {string.Join(", ", roles)}";
}
