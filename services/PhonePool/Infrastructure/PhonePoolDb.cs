using EmptyNumber.PhonePool.Model;
using EmptyNumber.ServiceDefaults.Data;
using EmptyNumber.ServiceDefaults.Protection;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.PhonePool.Infrastructure;

/// <summary>Test SIMs that wait to be handed out, who has those that were, and the codes that arrived for them.</summary>
internal sealed class PhonePoolDb(DbContextOptions<PhonePoolDb> options) : ServiceDb(options)
{
    /// <inheritdoc />
    protected override void Configure(ModelBuilder model)
    {
        model.HasKeyRing();
        model.Entity<Pool>(pool =>
        {
            pool.ToTable("Pool", table => table.HasCheckConstraint("ck_pool_one", "id = 1"));
            pool.Property(p => p.Id).ValueGeneratedNever();
        });
        model.Entity<PooledMobile>(mobile =>
        {
            mobile.ToTable("Mobiles");
            mobile.HasKey(m => m.Arrival);
            mobile.Property(m => m.Arrival).ValueGeneratedNever();
            mobile.HasIndex(m => m.Mobile).IsUnique();
        });
        model.Entity<Withdrawal>().ToTable("Withdrawals");
        model.Entity<HandOut>(handOut =>
        {
            handOut.ToTable("HandOuts");
            handOut.HasKey(h => new { h.Mobile, h.App });
            handOut.HasIndex(h => h.ExpiresAt);
        });
        model.Entity<ArrivedCode>(code =>
        {
            code.ToTable("Codes");
            code.HasKey(c => new { c.Mobile, c.Appname });
            code.HasIndex(c => new { c.Recipient, c.ExpiresAt }).HasFilter("not delivered");
            code.HasIndex(c => c.ExpiresAt);
        });
    }
}
