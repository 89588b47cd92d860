using EmptyNumber.Listings.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace EmptyNumber.Listings.Infrastructure.Tables;

internal sealed class HouseTypeTable : IEntityTypeConfiguration<HouseType>
{
    public void Configure(EntityTypeBuilder<HouseType> builder) => builder.ToTable("HouseTypes");
}
