using EmptyNumber.ServiceDefaults.Authentication;

namespace EmptyNumber.Accounts.Model;

/// <summary>A token in force or expired; a revoked one has no row.</summary>
internal sealed class Token
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaxNameLength = 100;

    public long Id { get; init; }

    public long UserId { get; init; }

    public User User { get; init; } = null!;

    /// <summary>How it came to be.</summary>
    public TokenKind Kind { get; init; }

    /// <summary>What its owner calls it; a session has no name.</summary>
    public string Name { get; init; } = "";

    /// <summary>Its first 8 digits, by which its owner knows it again; none of a session.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>As <see cref="AccessToken.Hash"/> gives it.</summary>
    public required string Hash { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>To within a minute; null where it has not been used, and of a session.</summary>
    public DateTimeOffset? LastUsedAt { get; init; }

    /// <summary>The first moment at which it is bad.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>What one calls it who must not see it.</summary>
    public string Label => $"{Name} ({Id}, {Prefix}…)";
}

/// <summary>How a token came to be.</summary>
internal enum TokenKind
{
    /// <summary>By a login; a user has one at most.</summary>
    Session,

    /// <summary>Made on request, for programs.</summary>
    Named,
}
