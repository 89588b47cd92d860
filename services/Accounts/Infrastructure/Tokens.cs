using EmptyNumber.Accounts.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Accounts.Infrastructure;

/// <summary>Makes, recognises and revokes tokens.</summary>
internal sealed class Tokens(AccountsDb db, TimeProvider clock, IOptions<AccountsOptions> options) : ITokenIntrospector
{
    /// <summary>A new session token of a user; the one before is bad from now on.</summary>
    public async Task<string> OpenSessionAsync(long userId, CancellationToken cancellationToken)
    {
        var token = AccessToken.Create();
        var now = clock.GetUtcNow();
        await db.Database.ExecuteSqlAsync($"""
            insert into tokens (user_id, kind, hash, created_at, expires_at)
            values ({userId}, 'session', {AccessToken.Hash(token)}, {now}, {now + options.Value.TokenLifetime})
            on conflict (user_id) where kind = 'session'
            do update set hash = excluded.hash, created_at = excluded.created_at, expires_at = excluded.expires_at
            """, cancellationToken);
        return token;
    }

    /// <summary>The token is bad from now on.</summary>
    public Task RevokeAsync(string tokenHash, CancellationToken cancellationToken) =>
        db.Tokens.Where(token => token.Hash == tokenHash).ExecuteDeleteAsync(cancellationToken);

    /// <inheritdoc />
    public Task<TokenIdentity?> IntrospectAsync(string tokenHash, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        return db.Tokens
            .Where(token => token.Hash == tokenHash && token.ExpiresAt > now)
            .Select(token => new TokenIdentity(token.User.Id, token.User.Name, token.User.Roles))
            .SingleOrDefaultAsync(cancellationToken);
    }
}
