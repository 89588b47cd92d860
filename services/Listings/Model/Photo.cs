using EmptyNumber.Listings.Images;

namespace EmptyNumber.Listings.Model;

/// <summary>A photo of a house (房源图片). The image itself is in the store of photos, once, however many photos show it.</summary>
internal sealed class Photo
{
    public int Id { get; init; }

    public int HouseId { get; init; }

    public House House { get; init; } = null!;

    /// <summary>Id of the image in the store: the SHA-256 of its bytes, 64 hex digits.</summary>
    public required string Image { get; set; }

    /// <summary>What kind of image it is, by its content.</summary>
    public ImageFormat Format { get; set; }
}
