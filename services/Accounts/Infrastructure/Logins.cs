using System.Net;
using EmptyNumber.Accounts.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Accounts.Infrastructure;

/// <summary>Logging in and out.</summary>
internal sealed class Logins(AccountsDb db, Passwords passwords, Tokens tokens, LoginThrottle throttle, AuditTrail audit)
{
    /// <summary>A new session token in place of the one before; null where name and password are not those of a user who may log in.</summary>
    public async Task<string?> LogInAsync(string name, string password, IPAddress? address, CancellationToken cancellationToken)
    {
        var user = CanBeName(name) ? await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Name == name, cancellationToken) : null;
        var isRight = passwords.Verify(user, password);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var token = isRight ? await tokens.OpenSessionAsync(user!, cancellationToken) : null;
        if (token is not null)
        {
            await throttle.ForgiveAsync(name, address, cancellationToken);
            audit.Add(AuditEvents.Login, new Caller(user!.Id, user.Name, address));
            await db.SaveChangesAsync(cancellationToken);
        }
        else
        {
            await throttle.ChargeAsync(name, address, cancellationToken);
            await audit.AddFailedLoginAsync(user, address, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return token;
    }

    /// <summary>Revokes a token of the caller: the one that he came with.</summary>
    public async Task LogOutAsync(Caller caller, string token, CancellationToken cancellationToken)
    {
        var hash = AccessToken.Hash(token);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.Tokens.AsNoTracking().SingleOrDefaultAsync(row => row.Hash == hash, cancellationToken) is not { } row
            || await db.Tokens.Where(other => other.Id == row.Id).ExecuteDeleteAsync(cancellationToken) == 0)
        {
            return; // somebody else has revoked it meanwhile, and told so
        }

        if (row.Kind == TokenKind.Session)
            audit.Add(AuditEvents.Logout, caller);
        else
            audit.Add(AuditEvents.TokenRevoked, caller, row.Label);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    // PostgreSQL has no text with a zero character.
    private static bool CanBeName(string name) => name.Length is > 0 and <= User.MaxNameLength && !name.Contains('\0');
}
