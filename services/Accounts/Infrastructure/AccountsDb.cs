using EmptyNumber.Accounts.Model;
using EmptyNumber.ServiceDefaults.Data;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Accounts.Infrastructure;

/// <summary>Users, their tokens, what failed logins cost, whom codes were sent to, and the audit trail.</summary>
internal sealed class AccountsDb(DbContextOptions<AccountsDb> options) : ServiceDb(options)
{
    public DbSet<User> Users => Set<User>();

    public DbSet<Token> Tokens => Set<Token>();

    public DbSet<LoginDebt> LoginDebts => Set<LoginDebt>();

    public DbSet<MobileCode> MobileCodes => Set<MobileCode>();

    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    /// <summary>A user as he is now, and until the transaction ends stays; null where there is none.</summary>
    public async Task<User?> HoldUserAsync(long id, CancellationToken cancellationToken) =>
        (await Users.FromSql($"select * from users where id = {id} for no key update").AsNoTracking().ToListAsync(cancellationToken)).SingleOrDefault();

    /// <inheritdoc />
    protected override void Configure(ModelBuilder model)
    {
        model.Entity<User>(user =>
        {
            user.Ignore(u => u.IsAdministrator);
            user.Property(u => u.Name).HasMaxLength(User.MaxNameLength);
            user.Property(u => u.CreatedAt).HasDefaultValueSql("now()");
            user.Property(u => u.IsDisabled).HasDefaultValue(false);
            user.HasIndex(u => u.Name).IsUnique();
        });
        model.Entity<Token>(token =>
        {
            token.Ignore(t => t.Label);
            token.Property(t => t.Kind).HasConversion(kind => kind.ToString().ToLowerInvariant(), text => Enum.Parse<TokenKind>(text, ignoreCase: true));
            token.Property(t => t.Name).HasMaxLength(Token.MaxNameLength);
            token.HasIndex(t => t.Hash).IsUnique();
            token.HasIndex(t => t.UserId);
            token.HasIndex(t => t.UserId, "ix_tokens_session").IsUnique().HasFilter("kind = 'session'");
            token.HasIndex(t => t.ExpiresAt);
        });
        model.Entity<LoginDebt>(debt =>
        {
            debt.HasKey(d => d.Key);
            debt.HasIndex(d => d.ForgivenAt);
        });
        model.Entity<MobileCode>(code =>
        {
            code.HasKey(c => c.Tel);
            code.HasIndex(c => new { c.Peer, c.SentAt });
            code.HasIndex(c => c.SentAt);
        });
        model.Entity<AuditEntry>(entry =>
        {
            entry.HasIndex(e => e.At);
            entry.HasIndex(e => e.UserName);
            entry.HasIndex(e => new { e.FoldedHour, e.FoldedKey }).IsUnique();
        });
    }
}
