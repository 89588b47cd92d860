using System.Buffers.Binary;

namespace EmptyNumber.Listings.Images;

/// <summary>Portable Network Graphics (ISO/IEC 15948): chunks of length, type, data and CRC.</summary>
internal static class Png
{
    private const int Frame = 12;
    private const int HeaderLength = 13;

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    public static bool TryRead(ReadOnlySpan<byte> file, out Image image)
    {
        image = default;
        if (!file.StartsWith(Signature))
            return false;
        var rest = file[Signature.Length..];
        var hasData = false;
        for (var first = true; rest.Length >= Frame; first = false)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - Frame)
                return false;
            var type = rest.Slice(4, 4);
            if (first)
            {
                if (!type.SequenceEqual("IHDR"u8) || length != HeaderLength)
                    return false;
                image = new Image(ImageFormat.Png, ReadSide(rest[8..]), ReadSide(rest[12..]));
            }

            hasData |= type.SequenceEqual("IDAT"u8) && length > 0;
            rest = rest[(Frame + (int)length)..];
            if (type.SequenceEqual("IEND"u8))
                return hasData;
        }

        return false;
    }

    private static int ReadSide(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadInt32BigEndian(bytes);
}
