using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Detection.Infrastructure;

/// <summary>What users' webhooks are signed with: one secret a user, made when it is first needed.</summary>
internal sealed class WebhookSecrets(DetectionDb db)
{
    private const int Length = 40;

    /// <summary>The user's secret.</summary>
    public async Task<string> OfAsync(long userId, CancellationToken cancellationToken)
    {
        if (await FindAsync(userId, cancellationToken) is { } known)
            return known;
        await db.Database.ExecuteSqlAsync(
            $"insert into webhook_secrets (user_id, secret) values ({userId}, {Create()}) on conflict do nothing", cancellationToken);
        return await FindAsync(userId, cancellationToken) ?? throw new InvalidOperationException($"The secret of user {userId} is gone.");
    }

    /// <summary>A new secret, in force from the next try on.</summary>
    public async Task<string> RenewAsync(long userId, CancellationToken cancellationToken)
    {
        var secret = Create();
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into webhook_secrets (user_id, secret) values ({userId}, {secret})
            on conflict (user_id) do update set secret = excluded.secret
            """,
            cancellationToken);
        return secret;
    }

    private Task<string?> FindAsync(long userId, CancellationToken cancellationToken) =>
        db.WebhookSecrets.Where(secret => secret.UserId == userId).Select(secret => secret.Secret).SingleOrDefaultAsync(cancellationToken);

    private static string Create() => RandomNumberGenerator.GetHexString(Length, lowercase: true);
}
