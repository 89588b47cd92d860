using System.Globalization;
using EmptyNumber.Contracts;

namespace EmptyNumber.Dialer.Calls.Simulated;

/// <summary>The rule of the sandbox: the last two digits of a number say what it sounds like.</summary>
internal static class SandboxNumber
{
    /// <summary><c>01</c> to <c>12</c> and <c>99</c> stand for the state of that value, all else for a number in service.</summary>
    public static NumberState StateOf(string number)
    {
        var digits = number.AsSpan(Math.Max(0, number.Length - 2));
        var ending = digits.Length == 2 && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;
        return ending is (>= 1 and <= 12) or 99 ? (NumberState)ending : NumberState.InService;
    }
}
