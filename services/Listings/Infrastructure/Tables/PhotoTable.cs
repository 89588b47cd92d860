using EmptyNumber.Listings.Images;
using EmptyNumber.Listings.Model;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace EmptyNumber.Listings.Infrastructure.Tables;

internal sealed class PhotoTable : IEntityTypeConfiguration<Photo>
{
    public void Configure(EntityTypeBuilder<Photo> builder)
    {
        builder.ToTable("Photos");
        builder.Property(photo => photo.Format).HasConversion(format => format.ToString().ToLowerInvariant(), text => Enum.Parse<ImageFormat>(text, ignoreCase: true));
        builder.HasOne(photo => photo.House).WithMany().OnDelete(DeleteBehavior.Cascade);
        builder.HasIndex(photo => photo.HouseId);
        builder.HasIndex(photo => photo.Image);
    }
}
