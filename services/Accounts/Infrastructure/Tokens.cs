using EmptyNumber.Accounts.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Accounts.Infrastructure;

/// <summary>Makes and recognises tokens.</summary>
/// <remarks>Who makes a token holds the row of its user, and so does who takes his tokens away: none slips through between the two.</remarks>
internal sealed class Tokens(AccountsDb db, TimeProvider clock, IOptions<AccountsOptions> options) : ITokenIntrospector
{
    private const int PrefixLength = 8;

    private static readonly TimeSpan UsePrecision = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Opens a session in the caller's transaction; the one before is over. Null where the user may no longer log in with the password that was
    /// verified.
    /// </summary>
    public async Task<string?> OpenSessionAsync(User verified, CancellationToken cancellationToken)
    {
        if (await db.HoldUserAsync(verified.Id, cancellationToken) is not { IsDisabled: false } user || user.PasswordHash != verified.PasswordHash)
            return null;
        var token = AccessToken.Create();
        var now = clock.GetUtcNow();
        await db.Database.ExecuteSqlAsync($"""
            insert into tokens (user_id, kind, name, prefix, hash, created_at, expires_at)
            values ({user.Id}, 'session', '', '', {AccessToken.Hash(token)}, {now}, {now + options.Value.TokenLifetime})
            on conflict (user_id) where kind = 'session'
            do update set hash = excluded.hash, created_at = excluded.created_at, expires_at = excluded.expires_at
            """, cancellationToken);
        return token;
    }

    /// <summary>A new named token, which is saved with the other changes.</summary>
    public (string Text, Token Row) Create(long userId, string name, TimeSpan lifetime)
    {
        var text = AccessToken.Create();
        var now = clock.GetUtcNow();
        var row = new Token
        {
            UserId = userId,
            Kind = TokenKind.Named,
            Name = name,
            Prefix = text[..PrefixLength],
            Hash = AccessToken.Hash(text),
            CreatedAt = now,
            ExpiresAt = now + lifetime,
        };
        db.Add(row);
        return (text, row);
    }

    /// <inheritdoc />
    public async Task<TokenIdentity?> IntrospectAsync(string tokenHash, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var found = await db.Tokens
            .Where(token => token.Hash == tokenHash && token.ExpiresAt > now && !token.User.IsDisabled)
            .Select(token => new { token.Id, token.Kind, token.LastUsedAt, User = new TokenIdentity(token.User.Id, token.User.Name, token.User.Roles) })
            .SingleOrDefaultAsync(cancellationToken);
        if (found is { Kind: TokenKind.Named } && (found.LastUsedAt is not { } last || last <= now - UsePrecision))
            await db.Tokens.Where(token => token.Id == found.Id).ExecuteUpdateAsync(token => token.SetProperty(t => t.LastUsedAt, now), cancellationToken);
        return found?.User;
    }
}
