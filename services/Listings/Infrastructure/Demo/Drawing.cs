using System.Buffers.Binary;
using System.IO.Compression;

namespace EmptyNumber.Listings.Infrastructure.Demo;

/// <summary>Draws houses that do not exist.</summary>
internal static class Drawing
{
    private const int Width = 320;
    private const int Height = 240;
    private const int Storey = 20;

    /// <summary>A tower under the sky, as a PNG; another one for each number.</summary>
    public static byte[] OfHouse(int number)
    {
        var (left, top) = (60 + number * 13 % 60, 30 + number * 29 % 90);
        var right = Width - 60 - number * 7 % 50;
        using var rows = new MemoryStream();
        for (var y = 0; y < Height; y++)
        {
            rows.WriteByte(0); // the row's filter: none
            for (var x = 0; x < Width; x++)
            {
                var (red, green, blue) = Colour(x, y);
                rows.Write([(byte)red, (byte)green, (byte)blue]);
            }
        }

        return Encode(rows.ToArray());

        (int Red, int Green, int Blue) Colour(int x, int y)
        {
            if (y >= Height - 20)
                return (96, 140, 80);
            if (x < left || x >= right || y < top)
                return (120 + y / 3, 180 + y / 4, 245);
            var isWindow = (x - left) % 24 is > 7 and < 18 && (y - top) % Storey is > 5 and < 15;
            if (!isWindow)
                return (150 + number * 17 % 90, 140 + number * 31 % 80, 130 + number * 11 % 70);
            return (x / 24 + y / Storey + number) % 3 == 0 ? (255, 226, 140) : (70, 90, 120);
        }
    }

    private static byte[] Encode(byte[] rows)
    {
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Height);
        (header[8], header[9]) = (8, 2); // bits a sample, true colour
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(rows);
        return [0x89, .. "PNG\r\n\u001a\n"u8, .. Chunk("IHDR"u8, header), .. Chunk("IDAT"u8, packed.ToArray()), .. Chunk("IEND"u8, [])];
    }

    private static byte[] Chunk(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        type.CopyTo(chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    /// <summary>CRC-32 of ISO/IEC 15948, annex D.</summary>
    private static uint Crc(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ crc >> 1 : crc >> 1;
        }

        return ~crc;
    }
}
