using EmptyNumber.Listings.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace EmptyNumber.Listings.Infrastructure.Tables;

/// <remarks>
/// Lists are in order of price unless another one is asked for: every index that narrows them down goes on with the price, and has what
/// else they are filtered by, so that counting and skipping read the index alone.
/// </remarks>
internal sealed class HouseTable : IEntityTypeConfiguration<House>
{
    public void Configure(EntityTypeBuilder<House> builder)
    {
        builder.ToTable("Houses");
        builder.Property(house => house.CityId).HasComputedColumnSql("((district_id / 100) * 100)", stored: true);
        builder.HasOne(house => house.Type).WithMany().OnDelete(DeleteBehavior.Restrict);
        builder.HasOne(house => house.District).WithMany().OnDelete(DeleteBehavior.Restrict);
        builder.HasOne(house => house.Estate).WithMany().OnDelete(DeleteBehavior.Restrict);
        builder.HasOne(house => house.Agent).WithMany().OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(house => new { house.Price, house.Id });
        builder.HasIndex(house => new { house.DistrictId, house.Price, house.Id }).IncludeProperties(house => house.TypeId);
        builder.HasIndex(house => new { house.CityId, house.Price, house.Id }).IncludeProperties(house => house.TypeId);
        builder.HasIndex(house => new { house.TypeId, house.Price, house.Id });
        builder.HasIndex(house => new { house.Area, house.Id });
        builder.HasIndex(house => new { house.PubDate, house.Id });
        builder.HasIndex(house => house.EstateId);
        builder.HasIndex(house => house.AgentId);
    }
}

internal sealed class HouseTagTable : IEntityTypeConfiguration<HouseTag>
{
    public void Configure(EntityTypeBuilder<HouseTag> builder)
    {
        builder.ToTable("HouseTags");
        builder.HasKey(link => new { link.HouseId, link.TagId });
        builder.HasOne<House>().WithMany(house => house.Tags).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne(link => link.Tag).WithMany().OnDelete(DeleteBehavior.Restrict);
        builder.HasIndex(link => link.TagId);
    }
}

internal sealed class HouseVersionTable : IEntityTypeConfiguration<HouseVersion>
{
    public void Configure(EntityTypeBuilder<HouseVersion> builder)
    {
        builder.ToTable("HouseVersions", table => table.HasCheckConstraint("ck_house_versions_one", "id = 1"));
        builder.Property(version => version.Id).ValueGeneratedNever();
    }
}
