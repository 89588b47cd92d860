using System.Net;
using EmptyNumber.Accounts.Model;
using EmptyNumber.ServiceDefaults.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Accounts.Infrastructure;

/// <summary>Writes the audit trail, in the transaction of what it tells.</summary>
internal sealed class AuditTrail(AccountsDb db, TimeProvider clock, IOptions<AuditOptions> options)
{
    private const string Others = "others";

    /// <summary>Adds an entry of something that was done; it is saved with the other changes.</summary>
    /// <param name="what">One of <see cref="AuditEvents"/>.</param>
    /// <param name="by">Who did it; null for the verb <c>migrate</c>, by the configuration.</param>
    /// <param name="userId">Whose account it is.</param>
    /// <param name="userName">The same user's name.</param>
    /// <param name="detail">In words; never a secret.</param>
    public void Add(string what, Caller? by, long userId, string userName, string detail = "")
    {
        var now = clock.GetUtcNow();
        db.Add(new AuditEntry
        {
            Event = what,
            Success = true,
            UserId = userId,
            UserName = userName,
            ActorId = by?.Id,
            ActorName = by?.Name,
            Address = by?.Address?.ToString(),
            Detail = detail,
            At = now,
            LastAt = now,
        });
    }

    /// <summary>Adds an entry of something that somebody did with his own account.</summary>
    public void Add(string what, Caller by, string detail = "") => Add(what, by, by.Id, by.Name, detail);

    /// <summary>Notes a failed login. Those of one user from one address within an hour are one entry, and so are all beyond the limit of entries.</summary>
    /// <param name="user">Whose name was given; null where there is no such user.</param>
    /// <param name="address">From where.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task AddFailedLoginAsync(User? user, IPAddress? address, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var hour = new DateTimeOffset(now.Ticks - now.Ticks % TimeSpan.TicksPerHour, TimeSpan.Zero);
        var (key, detail) = ($"{user?.Id} {PeerAddress.Group(address)}", "");
        var entries = db.AuditEntries.Where(entry => entry.FoldedHour == hour);
        if (!await entries.AnyAsync(entry => entry.FoldedKey == key, cancellationToken)
            && await entries.CountAsync(cancellationToken) >= options.Value.FailedLoginsAnHour)
        {
            (key, detail, user, address) = (Others, "more failed logins of this hour, of whomever and from wherever", null, null);
        }

        await db.Database.ExecuteSqlAsync($"""
            insert into audit_entries as entry (event, success, user_id, user_name, address, detail, at, last_at, count, folded_hour, folded_key)
            values ({AuditEvents.Login}, false, {user?.Id}, {user?.Name}, {address?.ToString()}, {detail}, {now}, {now}, 1, {hour}, {key})
            on conflict (folded_hour, folded_key) do update set count = entry.count + 1, last_at = excluded.last_at
            """, cancellationToken);
    }
}
