using EmptyNumber.Accounts.Model;
using EmptyNumber.ServiceDefaults.Loops;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Accounts.Infrastructure;

/// <summary>Deletes once an hour what has had its time: expired tokens, forgiven failures, numbers that codes were sent to, old entries of the audit trail.</summary>
internal sealed class Housekeeping(IServiceScopeFactory scopes, IOptions<AuditOptions> audit, TimeProvider clock, ILogger<Housekeeping> logger)
    : TimedLoop(Period, clock, logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromHours(1);

    protected override async Task WorkAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AccountsDb>();
        var now = Time.GetUtcNow();
        await db.Tokens.Where(token => token.ExpiresAt <= now).ExecuteDeleteAsync(cancellationToken);
        await db.LoginDebts.Where(debt => debt.ForgivenAt <= now).ExecuteDeleteAsync(cancellationToken);
        await db.MobileCodes.Where(code => code.SentAt <= now - MobileCodes.Window).ExecuteDeleteAsync(cancellationToken);
        await db.AuditEntries.Where(entry => entry.At <= now - audit.Value.KeepFor).ExecuteDeleteAsync(cancellationToken);
    }
}
