using System.Diagnostics.CodeAnalysis;

namespace EmptyNumber.Contracts;

/// <summary>
/// A mobile number of mainland China in its national form: <c>1[3-9]</c> and nine more digits.
/// </summary>
public static class PhoneNumber
{
    /// <summary>Digits of a normalised number.</summary>
    public const int Length = 11;

    /// <summary>
    /// Normalises what people write: the prefixes <c>+86</c>, <c>0086</c> and <c>86</c>, spaces and hyphens go away.
    /// </summary>
    /// <returns>False where what remains is not a mobile number.</returns>
    public static bool TryNormalise(ReadOnlySpan<char> text, [NotNullWhen(true)] out string? number)
    {
        number = null;
        Span<char> kept = stackalloc char[Length + 4];
        var length = 0;
        var plus = false;
        foreach (var c in text.Trim())
        {
            if (c is ' ' or '-')
                continue;
            if (c == '+' && length == 0 && !plus)
            {
                plus = true;
                continue;
            }

            if (!char.IsAsciiDigit(c) || length == kept.Length)
                return false;
            kept[length++] = c;
        }

        ReadOnlySpan<char> digits = kept[..length];
        if (plus)
        {
            if (!digits.StartsWith("86"))
                return false;
            digits = digits[2..];
        }
        else if (digits.StartsWith("0086"))
        {
            digits = digits[4..];
        }
        else if (digits.Length == Length + 2 && digits.StartsWith("86"))
        {
            digits = digits[2..];
        }

        if (digits.Length != Length || digits[0] != '1' || digits[1] < '3')
            return false;
        number = new string(digits);
        return true;
    }

    /// <summary>True for a number that is in its normal form already.</summary>
    public static bool IsNormal(ReadOnlySpan<char> text) =>
        text.Length == Length && text[0] == '1' && text[1] is >= '3' and <= '9' && !text.ContainsAnyExceptInRange('0', '9');
}
