using System.Buffers.Binary;

namespace EmptyNumber.Listings.Images;

/// <summary>WebP (RFC 9649): a RIFF file whose first chunk says lossy, lossless or extended, each with the size in a place of its own.</summary>
internal static class Webp
{
    private const int FileHeader = 12;
    private const int ChunkHeader = 8;

    public static bool TryRead(ReadOnlySpan<byte> file, out Image image)
    {
        image = default;
        if (file.Length < FileHeader + ChunkHeader || !file.StartsWith("RIFF"u8) || !file[8..].StartsWith("WEBP"u8)
            || BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) != file.Length - 8)
        {
            return false;
        }

        var hasData = false;
        for (var rest = file[FileHeader..]; !rest.IsEmpty;)
        {
            if (rest.Length < ChunkHeader)
                return false;
            var length = BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]);
            if (length > rest.Length - ChunkHeader)
                return false;
            var type = rest[..4];
            var data = rest.Slice(ChunkHeader, (int)length);
            var isFirst = rest.Length == file.Length - FileHeader;
            if (isFirst && !TryReadSize(type, data, out image))
                return false;
            hasData |= type.SequenceEqual("VP8 "u8) || type.SequenceEqual("VP8L"u8) || type.SequenceEqual("ANMF"u8);

            // A chunk of odd length has a byte behind it that does not count.
            rest = rest[Math.Min(rest.Length, ChunkHeader + (int)length + ((int)length & 1))..];
        }

        return hasData;
    }

    private static bool TryReadSize(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, out Image image)
    {
        // Lossy, RFC 6386, 9.1: a key frame, its start code, and two sides of 14 bits.
        if (type.SequenceEqual("VP8 "u8) && data.Length > 10 && (data[0] & 1) == 0 && data[3..].StartsWith((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]))
            image = Create(BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF);
        // Lossless, RFC 9649, 3.4: two sides of 14 bits, each less one.
        else if (type.SequenceEqual("VP8L"u8) && data.Length > 5 && data[0] == 0x2F)
            image = Create((int)(BinaryPrimitives.ReadUInt32LittleEndian(data[1..]) & 0x3FFF) + 1, (int)(BinaryPrimitives.ReadUInt32LittleEndian(data[1..]) >> 14 & 0x3FFF) + 1);
        // Extended, RFC 9649, 2.7: two sides of 24 bits, each less one.
        else if (type.SequenceEqual("VP8X"u8) && data.Length == 10)
            image = Create(ReadUInt24(data[4..]) + 1, ReadUInt24(data[7..]) + 1);
        else
            image = default;
        return image.Width > 0;
    }

    private static int ReadUInt24(ReadOnlySpan<byte> bytes) => bytes[0] | bytes[1] << 8 | bytes[2] << 16;

    private static Image Create(int width, int height) => new(ImageFormat.Webp, width, height);
}
