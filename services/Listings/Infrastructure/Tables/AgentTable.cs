using EmptyNumber.Listings.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace EmptyNumber.Listings.Infrastructure.Tables;

internal sealed class AgentTable : IEntityTypeConfiguration<Agent>
{
    public void Configure(EntityTypeBuilder<Agent> builder) => builder.ToTable("Agents");
}

internal sealed class AgentEstateTable : IEntityTypeConfiguration<AgentEstate>
{
    public void Configure(EntityTypeBuilder<AgentEstate> builder)
    {
        builder.ToTable("AgentEstates");
        builder.HasKey(link => new { link.AgentId, link.EstateId });
        builder.HasOne(link => link.Agent).WithMany(agent => agent.Estates).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne(link => link.Estate).WithMany(estate => estate.Agents).OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(link => link.EstateId);
    }
}
