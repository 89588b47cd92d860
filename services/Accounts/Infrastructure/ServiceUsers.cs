using EmptyNumber.Accounts.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Accounts.Infrastructure;

/// <summary>Services of the suite that call its API as any customer does, each a user with a token and without a password.</summary>
internal static class ServiceUsers
{
    /// <summary>Adds those that are missing; of the tokens that a service had before, the configured one alone is good from now on.</summary>
    public static async Task AddServiceUsersAsync(this WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AccountsDb>();
        var now = scope.ServiceProvider.GetRequiredService<TimeProvider>().GetUtcNow();
        foreach (var (service, token) in scope.ServiceProvider.GetRequiredService<IOptions<AccountsOptions>>().Value.ServiceTokens)
        {
            if (!AccessToken.IsWellFormed(token))
                throw new InvalidOperationException($"Accounts:ServiceTokens:{service} is no token: it takes 40 lower-case hex digits.");
            var name = $"service-{service}";
            await db.Database.ExecuteSqlAsync(
                $"insert into users (name, password_hash, roles) values ({name}, '', {new[] { Roles.User }}) on conflict (name) do nothing");
            var user = await db.Users.AsNoTracking().SingleAsync(row => row.Name == name);

            await using var transaction = await db.Database.BeginTransactionAsync();
            await db.Tokens.Where(row => row.UserId == user.Id).ExecuteDeleteAsync();
            db.Add(new Token { UserId = user.Id, Kind = TokenKind.Named, Hash = AccessToken.Hash(token), CreatedAt = now, ExpiresAt = DateTimeOffset.MaxValue });
            await db.SaveChangesAsync();
            await transaction.CommitAsync();
        }
    }
}
