using EmptyNumber.Accounts.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Accounts.Infrastructure;

/// <summary>Adds, changes and deletes users, so that there is always an administrator who can log in.</summary>
internal sealed class UserChanges(AccountsDb db, Passwords passwords, AuditTrail audit, TimeProvider clock)
{
    /// <summary>Adds a user; null where somebody has that name.</summary>
    /// <param name="caller">Who adds him; null for the verb <c>migrate</c>.</param>
    /// <param name="name">His name.</param>
    /// <param name="password">His password.</param>
    /// <param name="roles">What he may do.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<User?> CreateAsync(Caller? caller, string name, string password, string[] roles, CancellationToken cancellationToken)
    {
        var hash = passwords.Hash(password);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var added = await db.Users.FromSql($"""
            insert into users (name, password_hash, roles, created_at) values ({name}, {hash}, {roles}, {clock.GetUtcNow()})
            on conflict (name) do nothing returning *
            """).AsNoTracking().ToListAsync(cancellationToken);
        if (added is not [var user])
            return null;
        audit.Add(AuditEvents.UserCreated, caller, user.Id, user.Name, AuditEvents.Told(roles));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return user;
    }

    /// <summary>Changes what is given. A new password, and being disabled, revokes the user's tokens.</summary>
    public async Task<(UserChange Result, User? User)> ChangeAsync(
        Caller caller, long id, string[]? roles, string? password, bool? disabled, CancellationToken cancellationToken)
    {
        var hash = password is null ? null : passwords.Hash(password);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var held = await HoldAsync(id, cancellationToken);
        if (held.Find(one => one.Id == id) is not { } user)
            return (UserChange.NotFound, null);
        user.Roles = roles ?? user.Roles;
        user.PasswordHash = hash ?? user.PasswordHash;
        user.IsDisabled = disabled ?? user.IsDisabled;
        if (!held.Exists(one => one.IsAdministrator))
            return (UserChange.NoAdministratorLeft, null);

        string?[] told = [roles is null ? null : AuditEvents.Told(roles), password is null ? null : "password", disabled is null ? null : disabled.Value ? "disabled" : "enabled"];
        if (told.Any(change => change is not null))
            audit.Add(AuditEvents.UserChanged, caller, user.Id, user.Name, string.Join("; ", told.OfType<string>()));
        await db.SaveChangesAsync(cancellationToken);
        if (password is not null || user.IsDisabled)
            await RevokeAsync(id, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return (UserChange.Done, user);
    }

    /// <summary>Deletes a user with his tokens.</summary>
    public async Task<UserChange> DeleteAsync(Caller caller, long id, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var held = await HoldAsync(id, cancellationToken);
        if (held.Find(one => one.Id == id) is not { } user)
            return UserChange.NotFound;
        if (!held.Exists(one => one.Id != id && one.IsAdministrator))
            return UserChange.NoAdministratorLeft;
        await RevokeAsync(id, cancellationToken);
        db.Remove(user);
        audit.Add(AuditEvents.UserDeleted, caller, user.Id, user.Name);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return UserChange.Done;
    }

    /// <summary>Revokes all tokens of a user.</summary>
    public async Task<UserChange> RevokeTokensAsync(Caller caller, long id, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.HoldUserAsync(id, cancellationToken) is not { } user)
            return UserChange.NotFound;
        audit.Add(AuditEvents.TokenRevoked, caller, user.Id, user.Name, $"all: {await RevokeAsync(id, cancellationToken)}");
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return UserChange.Done;
    }

    /// <summary>A user, and all who are administrators now: held in one order by whoever changes any, so that no two of them take away the last.</summary>
    private Task<List<User>> HoldAsync(long id, CancellationToken cancellationToken) =>
        db.Users.FromSql($"select * from users where id = {id} or {Roles.Admin} = any(roles) order by id for update").ToListAsync(cancellationToken);

    private Task<int> RevokeAsync(long id, CancellationToken cancellationToken) =>
        db.Tokens.Where(token => token.UserId == id).ExecuteDeleteAsync(cancellationToken);
}

/// <summary>What came of it.</summary>
internal enum UserChange
{
    Done,
    NotFound,

    /// <summary>It was not done: no administrator could log in afterwards.</summary>
    NoAdministratorLeft,
}
