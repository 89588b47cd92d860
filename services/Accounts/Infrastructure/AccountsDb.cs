using EmptyNumber.Accounts.Model;
using EmptyNumber.ServiceDefaults.Data;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Accounts.Infrastructure;

/// <summary>Users, their tokens, and what failed logins cost.</summary>
internal sealed class AccountsDb(DbContextOptions<AccountsDb> options) : ServiceDb(options)
{
    public DbSet<User> Users => Set<User>();

    public DbSet<Token> Tokens => Set<Token>();

    public DbSet<LoginDebt> LoginDebts => Set<LoginDebt>();

    /// <inheritdoc />
    protected override void Configure(ModelBuilder model)
    {
        model.Entity<User>(user =>
        {
            user.Property(u => u.Name).HasMaxLength(User.MaxNameLength);
            user.HasIndex(u => u.Name).IsUnique();
        });
        model.Entity<Token>(token =>
        {
            token.Property(t => t.Kind).HasConversion(kind => kind.ToString().ToLowerInvariant(), text => Enum.Parse<TokenKind>(text, ignoreCase: true));
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
    }
}
