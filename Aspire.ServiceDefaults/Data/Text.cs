using System.Text;

namespace EmptyNumber.ServiceDefaults.Data;

/// <summary>What of others' text can be kept.</summary>
public static class Text
{
    /// <summary>False for what is too long, has a NUL, which PostgreSQL does not take, or half a character (a lone surrogate).</summary>
    public static bool IsStorable(string text, int maxLength) =>
        text.Length <= maxLength && !text.Contains('\0') && IsWhole(text);

    private static bool IsWhole(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var length) != System.Buffers.OperationStatus.Done)
                return false;
            text = text[length..];
        }

        return true;
    }
}
