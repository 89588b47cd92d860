namespace EmptyNumber.Dialer.Infrastructure;

/// <summary>One call to make.</summary>
/// <param name="ExtensionNum">The extension to call from.</param>
/// <param name="PhoneNum">The number to call.</param>
internal sealed record PlanItem(string ExtensionNum, string PhoneNum);
