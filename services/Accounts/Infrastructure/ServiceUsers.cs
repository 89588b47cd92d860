using EmptyNumber.Accounts.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Accounts.Infrastructure;

/// <summary>Services of the suite that call its API as any customer does, each a user with a token and without a password.</summary>
internal static class ServiceUsers
{
    /// <summary>Adds those that are missing; of the tokens of a service the configured one alone is good from now on.</summary>
    /// <exception cref="InvalidOperationException">What is configured is no token.</exception>
    public static async Task AddServiceUsersAsync(this WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var services = scope.ServiceProvider;
        var (db, audit, time) = (services.GetRequiredService<AccountsDb>(), services.GetRequiredService<AuditTrail>(), services.GetRequiredService<TimeProvider>());
        foreach (var (service, token) in services.GetRequiredService<IOptions<AccountsOptions>>().Value.ServiceTokens)
        {
            if (!AccessToken.IsWellFormed(token))
                throw new InvalidOperationException($"Accounts:ServiceTokens:{service} is no token: it takes 40 lower-case hex digits.");
            await AddAsync(db, audit, time.GetUtcNow(), service, AccessToken.Hash(token));
        }
    }

    private static async Task AddAsync(AccountsDb db, AuditTrail audit, DateTimeOffset now, string service, string hash)
    {
        var name = $"service-{service}";
        await using var transaction = await db.Database.BeginTransactionAsync();
        var added = await db.Database.ExecuteSqlAsync(
            $"insert into users (name, password_hash, roles) values ({name}, '', {new[] { Roles.User }}) on conflict (name) do nothing") > 0;
        var user = (await db.Users.FromSql($"select * from users where name = {name} for no key update").AsNoTracking().ToListAsync()).Single();
        var revoked = await db.Tokens.Where(token => token.UserId == user.Id && token.Hash != hash).ExecuteDeleteAsync();
        var created = await db.Database.ExecuteSqlAsync($"""
            insert into tokens (user_id, kind, name, prefix, hash, created_at, expires_at) values ({user.Id}, 'named', '', '', {hash}, {now}, 'infinity')
            on conflict (hash) do nothing
            """) > 0;
        if (added)
            audit.Add(AuditEvents.UserCreated, by: null, user.Id, name, AuditEvents.Told(user.Roles));
        if (revoked > 0)
            audit.Add(AuditEvents.TokenRevoked, by: null, user.Id, name, $"all: {revoked}");
        if (created)
            audit.Add(AuditEvents.TokenCreated, by: null, user.Id, name, $"Accounts:ServiceTokens:{service}");
        await db.SaveChangesAsync();
        await transaction.CommitAsync();
    }
}
