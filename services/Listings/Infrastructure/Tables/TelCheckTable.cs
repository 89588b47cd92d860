using EmptyNumber.Listings.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace EmptyNumber.Listings.Infrastructure.Tables;

internal sealed class TelCheckTable : IEntityTypeConfiguration<TelCheck>
{
    public void Configure(EntityTypeBuilder<TelCheck> builder)
    {
        builder.ToTable("TelChecks");
        builder.HasKey(check => check.AgentId);
        builder.HasOne<Agent>().WithOne(agent => agent.TelCheck).HasForeignKey<TelCheck>(check => check.AgentId).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(check => check.DueAt).HasFilter("due_at is not null");
    }
}
