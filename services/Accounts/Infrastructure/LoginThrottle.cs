using System.Net;
using System.Security.Cryptography;
using System.Text;
using EmptyNumber.Accounts.Model;
using EmptyNumber.ServiceDefaults.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Accounts.Infrastructure;

/// <summary>Slows repeated failures, of one user from one address and of an address altogether. All replicas share it.</summary>
/// <remarks>
/// The generic cell rate algorithm (ITU-T I.371): a failure moves the moment at which all is forgiven by one pause; who is
/// further ahead than the allowed number of pauses must wait. What many failures at once pass the check is owed afterwards,
/// so guessing in parallel gains nothing.
/// </remarks>
internal sealed class LoginThrottle(AccountsDb db, TimeProvider clock, IOptions<AccountsOptions> options)
{
    /// <summary>How long to wait before the next attempt; zero or less when it may be made now.</summary>
    public async Task<TimeSpan> WaitAsync(string userName, IPAddress? address, CancellationToken cancellationToken)
    {
        var limits = LimitsOf(userName, address);
        var keys = limits.Select(limit => limit.Key).ToArray();
        var debts = await db.LoginDebts.AsNoTracking().Where(debt => keys.Contains(debt.Key)).ToListAsync(cancellationToken);
        var now = clock.GetUtcNow();
        return debts
            .Join(limits, debt => debt.Key, limit => limit.Key, (debt, limit) => debt.ForgivenAt - now - (limit.Failures - 1) * limit.Pause)
            .Append(TimeSpan.Zero)
            .Max();
    }

    /// <summary>Notes a failed login.</summary>
    public async Task ChargeAsync(string userName, IPAddress? address, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        foreach (var limit in LimitsOf(userName, address))
            await db.Database.ExecuteSqlAsync($"""
                insert into login_debts as debt (key, forgiven_at) values ({limit.Key}, {now + limit.Pause})
                on conflict (key) do update set forgiven_at = greatest(debt.forgiven_at, {now}) + {limit.Pause}
                """, cancellationToken);
    }

    /// <summary>Forgives a user who has logged in.</summary>
    public Task ForgiveAsync(string userName, IPAddress? address, CancellationToken cancellationToken)
    {
        var key = LimitsOf(userName, address)[0].Key;
        return db.LoginDebts.Where(debt => debt.Key == key).ExecuteDeleteAsync(cancellationToken);
    }

    private Limit[] LimitsOf(string userName, IPAddress? address)
    {
        var peer = PeerAddress.Group(address);
        return
        [
            new(KeyOf(peer, userName), options.Value.FailuresPerUser, options.Value.PausePerUser),
            new(KeyOf(peer), options.Value.FailuresPerAddress, options.Value.PausePerAddress),
        ];
    }

    private static string KeyOf(params string[] parts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))));

    private sealed record Limit(string Key, int Failures, TimeSpan Pause);
}
