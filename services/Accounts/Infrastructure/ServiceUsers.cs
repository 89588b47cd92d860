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
        var db = scope.ServiceProvider.GetRequiredService<AccountsDb>();
        var now = scope.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow();
        foreach (var (service, token) in scope.ServiceProvider.GetRequiredService<IOptions<AccountsOptions>>().Value.ServiceTokens)
        {
            if (!AccessToken.IsWellFormed(token))
                throw new InvalidOperationException($"Accounts:ServiceTokens:{service} is no token: it takes 40 lower-case hex digits.");
            var (name, hash) = ($"service-{service}", AccessToken.Hash(token));
            await db.Database.ExecuteSqlAsync(
                $"insert into users (name, password_hash, roles) values ({name}, '', {new[] { Roles.User }}) on conflict (name) do nothing");
            await db.Database.ExecuteSqlAsync($"""
                with revoked as (delete from tokens using users where users.name = {name} and user_id = users.id and hash <> {hash})
                insert into tokens (user_id, kind, name, prefix, hash, created_at, expires_at)
                select id, 'named', '', '', {hash}, {now}, 'infinity' from users where name = {name}
                on conflict (hash) do nothing
                """);
        }
    }
}
