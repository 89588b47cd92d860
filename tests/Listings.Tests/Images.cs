using System.Buffers.Binary;
using EmptyNumber.Listings.Infrastructure.Demo;

namespace EmptyNumber.Listings.Tests;

/// <summary>Images that other programs made: 16 × 12 pixels, red.</summary>
internal static class Images
{
    public static byte[] Jpeg { get; } = Convert.FromBase64String(
        "/9j/4AAQSkZJRgABAgAAAQABAAD/2wBDAAg+Pkk+SVVVVVVVVWRdZGhoaGRkZGRoaGhwcHCDg4NwcHBoaHBwfHyDg4+Tj4eHg4eTk5ubm7q6srLZ2eD/////xABMAAEBAAAAAAAAAAAA"
        + "AAAAAAAABgEBAQAAAAAAAAAAAAAAAAAABgcQAQAAAAAAAAAAAAAAAAAAAAARAQAAAAAAAAAAAAAAAAAAAAD/wAARCAAMABADASIAAhEAAxEA/9oADAMBAAIRAxEAPwCLAFF/f//Z");

    public static byte[] Lossy { get; } = Convert.FromBase64String("UklGRjQAAABXRUJQVlA4ICgAAACQAQCdASoQAAwAB0CWJaACdLoAA5gA/uUK+Cepco/+N48CvJdjoAAA");

    public static byte[] Lossless { get; } = Convert.FromBase64String("UklGRhwAAABXRUJQVlA4TA8AAAAvD8ACAAcQ9Y/+ByKi/wEA");

    /// <summary>A PNG that says it has these sides.</summary>
    public static byte[] Png(int width, int height)
    {
        var png = Drawing.OfHouse(1);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), height);
        return png;
    }
}
