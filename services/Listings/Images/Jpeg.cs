using System.Buffers.Binary;

namespace EmptyNumber.Listings.Images;

/// <summary>JPEG (ITU-T T.81, annex B): segments that begin with a marker and their length, up to the scans of coded data.</summary>
internal static class Jpeg
{
    private const byte Prefix = 0xFF;
    private const byte StartOfScan = 0xDA;

    private static ReadOnlySpan<byte> StartOfImage => [Prefix, 0xD8, Prefix];

    private static ReadOnlySpan<byte> EndOfImage => [Prefix, 0xD9];

    public static bool TryRead(ReadOnlySpan<byte> file, out Image image)
    {
        image = default;
        if (!file.StartsWith(StartOfImage))
            return false;
        var rest = file[2..];
        while (rest.Length > 4 && rest[0] == Prefix)
        {
            var marker = rest[1];
            if (marker == Prefix) // bytes that fill up
            {
                rest = rest[1..];
                continue;
            }

            var length = BinaryPrimitives.ReadUInt16BigEndian(rest[2..]);
            if (length < 2 || length > rest.Length - 2)
                return false;
            if (marker == StartOfScan)
                return image.Width > 0 && rest[(2 + length)..].LastIndexOf(EndOfImage) > 0; // cameras append data of their own
            if (IsFrame(marker))
            {
                if (length < 8 || image.Width > 0)
                    return false;
                image = new Image(ImageFormat.Jpeg, BinaryPrimitives.ReadUInt16BigEndian(rest[7..]), BinaryPrimitives.ReadUInt16BigEndian(rest[5..]));
            }

            rest = rest[(2 + length)..];
        }

        return false;
    }

    /// <summary>SOF0 to SOF15, among which are DHT, JPG and DAC, which are none.</summary>
    private static bool IsFrame(byte marker) => marker is >= 0xC0 and <= 0xCF and not 0xC4 and not 0xC8 and not 0xCC;
}
