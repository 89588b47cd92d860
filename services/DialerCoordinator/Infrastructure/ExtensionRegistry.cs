using EmptyNumber.DialerCoordinator.Model;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>The extensions that operators add, change and remove.</summary>
internal sealed partial class ExtensionRegistry(CoordinatorDb db, ExtensionPasswords passwords, TimeProvider time, ILogger<ExtensionRegistry> logger)
{
    private const int FirstDemo = 8001;
    private const string Unreadable = "its password cannot be read; POST it to /extensions/ again";

    /// <summary>
    /// Adds extensions and changes those that stand, all or none. With a password an extension takes it and leaves quarantine;
    /// without one it keeps its password and its quarantine, and only takes the host.
    /// </summary>
    /// <param name="sent">No number twice.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>What was done; or the numbers that are new and have no password, and nothing was done.</returns>
    public async Task<(SavedRows Saved, string[] Passwordless)> SaveAsync(IEnumerable<ExtensionEntry> sent, CancellationToken cancellationToken)
    {
        // Sorted, so that two imports at once take their rows in the same order.
        var entries = sent.OrderBy(entry => entry.Number, StringComparer.Ordinal).ToLookup(entry => entry.Password is not null);
        ExtensionEntry[] complete = [.. entries[true]], hosts = [.. entries[false]];

        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var saved = await SaveAsync(complete, cancellationToken);
        var moved = await db.Database.SqlQuery<string>(
            $"""
            update extensions e set host = sent.host
            from unnest({hosts.Select(entry => entry.Number).ToArray()}, {hosts.Select(entry => entry.Host).ToArray()}) as sent (number, host)
            where e.number = sent.number returning e.number as "Value"
            """).ToListAsync(cancellationToken);
        if (moved.Count < hosts.Length)
            return (new SavedRows(0, 0), [.. hosts.Select(entry => entry.Number).Except(moved)]);
        await transaction.CommitAsync(cancellationToken);
        return (saved with { Updated = saved.Updated + moved.Count }, []);
    }

    /// <summary>Removes an extension: a call under way ends as usual, and it gets no other.</summary>
    /// <returns>False when there is none.</returns>
    public async Task<bool> RemoveAsync(string number, CancellationToken cancellationToken) =>
        await db.Extensions.Where(extension => extension.Number == number).ExecuteDeleteAsync(cancellationToken) > 0;

    /// <summary>Ends the quarantine of an extension; one that is in none is left as it is.</summary>
    /// <returns>False when there is none.</returns>
    public async Task<bool> ReleaseAsync(string number, CancellationToken cancellationToken) =>
        await db.Extensions.Where(extension => extension.Number == number).ExecuteUpdateAsync(
            set => set.SetProperty(e => e.QuarantinedAt, (DateTimeOffset?)null).SetProperty(e => e.QuarantineReason, (string?)null), cancellationToken) > 0;

    /// <summary>
    /// The extensions that may be leased, by number, with their passwords in clear. One whose password cannot be read is put into
    /// quarantine in place of that, until an operator posts it again.
    /// </summary>
    public async Task<IReadOnlyList<(Extension Extension, string Password)>> ReadUsableAsync(CancellationToken cancellationToken)
    {
        List<(Extension, string)> usable = [];
        List<Extension> unreadable = [];
        foreach (var extension in await db.Extensions.AsNoTracking().Where(e => e.QuarantinedAt == null).OrderBy(e => e.Number).ToListAsync(cancellationToken))
        {
            if (passwords.TryReveal(extension, out var password))
                usable.Add((extension, password));
            else
                unreadable.Add(extension);
        }

        if (unreadable.Count > 0)
            await QuarantineAsync(unreadable, cancellationToken);
        return usable;
    }

    /// <summary>Creates the extensions that a deployment without an exchange starts with; those that stand are left alone.</summary>
    public async Task CreateDemoAsync(int count, CancellationToken cancellationToken)
    {
        string[] numbers = [.. Enumerable.Range(FirstDemo, count).Select(number => $"{number}")];
        string[] stored = [.. numbers.Select(number => passwords.Protect($"demo-{number}"))];
        await db.Database.ExecuteSqlAsync(
            $"""
            insert into extensions (number, password) select number, password from unnest({numbers}, {stored}) as demo (number, password)
            on conflict do nothing
            """,
            cancellationToken);
    }

    /// <summary>Protects the passwords that stand in clear, from before they were protected.</summary>
    public async Task ProtectAllAsync(CancellationToken cancellationToken)
    {
        var clear = await db.Extensions.AsNoTracking().Where(extension => !extension.Password.StartsWith(ExtensionPasswords.ProtectedPrefix))
            .Select(extension => new { extension.Number, extension.Password }).ToListAsync(cancellationToken);
        await db.Database.ExecuteSqlAsync(
            $"""
            update extensions e set password = sealed.password
            from unnest({clear.Select(row => row.Number).ToArray()}, {clear.Select(row => row.Password).ToArray()},
                {clear.Select(row => passwords.Protect(row.Password)).ToArray()}) as sealed (number, clear, password)
            where e.number = sealed.number and e.password = sealed.clear
            """,
            cancellationToken);
    }

    /// <summary>Takes extensions whose password cannot be read out of use, except those that have got another meanwhile.</summary>
    private async Task QuarantineAsync(List<Extension> unreadable, CancellationToken cancellationToken)
    {
        var quarantined = await db.Database.SqlQuery<string>(
            $"""
            update extensions e set quarantined_at = {time.GetUtcNow()}, quarantine_reason = {Unreadable}
            from unnest({unreadable.Select(extension => extension.Number).ToArray()}, {unreadable.Select(extension => extension.Password).ToArray()})
                as unreadable (number, password)
            where e.number = unreadable.number and e.password = unreadable.password and e.quarantined_at is null
            returning e.number as "Value"
            """).ToListAsync(cancellationToken);
        if (quarantined.Count > 0)
            PasswordsUnreadable(logger, quarantined);
    }

    private async Task<SavedRows> SaveAsync(ExtensionEntry[] entries, CancellationToken cancellationToken) => (await db.Database.SqlQuery<SavedRows>(
        $"""
        with saved as (
            insert into extensions (number, password, host)
            select number, password, host from unnest(
                {entries.Select(entry => entry.Number).ToArray()}, {entries.Select(entry => passwords.Protect(entry.Password!)).ToArray()},
                {entries.Select(entry => entry.Host).ToArray()}) as sent (number, password, host)
            on conflict (number) do update
            set password = excluded.password, host = excluded.host, quarantined_at = null, quarantine_reason = null
            returning xmax = 0 as is_new
        )
        select (count(*) filter (where is_new))::int as "Added", (count(*) filter (where not is_new))::int as "Updated" from saved
        """).ToListAsync(cancellationToken)).Single();

    [LoggerMessage(LogLevel.Error, "The passwords of extensions {Extensions} cannot be read: they are in quarantine until they are posted again")]
    private static partial void PasswordsUnreadable(ILogger logger, IReadOnlyList<string> extensions);
}

/// <summary>An extension as an operator sends it.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Password">In clear; null to keep the one that it has.</param>
/// <param name="Host">The SIP host that it registers at; null for the client's own setting.</param>
internal sealed record ExtensionEntry(string Number, string? Password, string? Host);

/// <summary>What became of rows that were sent.</summary>
internal sealed record SavedRows(int Added, int Updated);
