using EmptyNumber.Listings.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace EmptyNumber.Listings.Infrastructure.Tables;

internal sealed class EstateTable : IEntityTypeConfiguration<Estate>
{
    public void Configure(EntityTypeBuilder<Estate> builder)
    {
        builder.ToTable("Estates");
        builder.HasOne(estate => estate.District).WithMany().OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(estate => new { estate.Hot, estate.Id }).IsDescending(true, false);
        builder.HasIndex(estate => estate.DistrictId);
    }
}
