using EmptyNumber.ServiceDefaults.Authentication;

namespace EmptyNumber.Accounts.Model;

/// <summary>A token in force or expired; a revoked one has no row.</summary>
internal sealed class Token
{
    public long Id { get; init; }

    public long UserId { get; init; }

    public User User { get; init; } = null!;

    /// <summary>How it came to be.</summary>
    public TokenKind Kind { get; init; }

    /// <summary>As <see cref="AccessToken.Hash"/> gives it.</summary>
    public required string Hash { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>The first moment at which it is bad.</summary>
    public DateTimeOffset ExpiresAt { get; init; }
}

/// <summary>How a token came to be.</summary>
internal enum TokenKind
{
    /// <summary>By a login; a user has one at most.</summary>
    Session,

    /// <summary>Made on request, for programs.</summary>
    Named,
}
