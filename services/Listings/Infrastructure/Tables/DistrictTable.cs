using EmptyNumber.Listings.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace EmptyNumber.Listings.Infrastructure.Tables;

internal sealed class DistrictTable : IEntityTypeConfiguration<District>
{
    public void Configure(EntityTypeBuilder<District> builder)
    {
        builder.Property(district => district.Id).ValueGeneratedNever();
        builder.HasOne<District>().WithMany().HasForeignKey(district => district.ParentId).OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(district => district.ParentId);
    }
}
