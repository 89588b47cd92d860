using System.Security.Cryptography;

namespace EmptyNumber.ServiceDefaults.Recordings;

/// <summary>Ids of recordings: the SHA-256 of the bytes, 64 lower-case hex digits.</summary>
internal static class RecordingId
{
    private const int Length = 64;

    public static string Of(ReadOnlyMemory<byte> recording) => Convert.ToHexStringLower(SHA256.HashData(recording.Span));

    public static bool IsValid(string id) => id.Length == Length && id.All(char.IsAsciiHexDigitLower);
}
