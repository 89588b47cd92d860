using System.Security.Cryptography;

namespace EmptyNumber.ServiceDefaults.Recordings;

/// <summary>Ids of recordings: the SHA-256 of the bytes, 64 lower-case hex digits.</summary>
internal static class RecordingId
{
    private const int Length = 64;

    /// <summary>What a recording's name ends with, in either store.</summary>
    private const string Extension = ".wav";

    public static string Of(ReadOnlyMemory<byte> recording) => Convert.ToHexStringLower(SHA256.HashData(recording.Span));

    public static bool IsValid(string id) => id.Length == Length && id.All(char.IsAsciiHexDigitLower);

    public static string FileName(string id) => id + Extension;

    /// <summary>The id of the recording with this name; null where it is no recording's.</summary>
    public static string? FromFileName(string name) =>
        name.EndsWith(Extension, StringComparison.Ordinal) && name[..^Extension.Length] is var id && IsValid(id) ? id : null;
}
