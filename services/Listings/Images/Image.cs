namespace EmptyNumber.Listings.Images;

/// <summary>The kinds of images that are taken.</summary>
internal enum ImageFormat
{
    Jpeg,
    Png,
    Webp,
}

/// <summary>An image as its bytes describe themselves; nothing is believed of what a sender says of it.</summary>
/// <param name="Format">The kind.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
internal readonly record struct Image(ImageFormat Format, int Width, int Height)
{
    /// <summary>The longest side, in pixels.</summary>
    public const int MaxSide = 10_000;

    /// <summary>The most pixels: a small file may unpack to far more than a browser can bear.</summary>
    public const long MaxPixels = 50_000_000;

    /// <summary>Whether its size is within limits.</summary>
    public bool HasGoodSize => Width is > 0 and <= MaxSide && Height is > 0 and <= MaxSide && (long)Width * Height <= MaxPixels;

    /// <summary>Reads what a file is: its frame from the first byte to the last, and its size; pixels are not decoded.</summary>
    /// <returns>False for what is no image of a kind that is taken, or is cut off.</returns>
    public static bool TryRead(ReadOnlySpan<byte> file, out Image image) =>
        Png.TryRead(file, out image) || Jpeg.TryRead(file, out image) || Webp.TryRead(file, out image);
}

/// <summary>Names of the kinds.</summary>
internal static class ImageFormats
{
    /// <summary>The media type.</summary>
    public static string MediaType(this ImageFormat format) => "image/" + format.ToString().ToLowerInvariant();

    /// <summary>What names of files end with.</summary>
    public static string Extension(this ImageFormat format) => format switch
    {
        ImageFormat.Jpeg => ".jpg",
        ImageFormat.Png => ".png",
        _ => ".webp",
    };
}
