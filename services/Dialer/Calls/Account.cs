namespace EmptyNumber.Dialer.Calls;

/// <summary>An extension account that is leased to this dialer.</summary>
/// <param name="ExtensionNum">The extension's number.</param>
/// <param name="Password">Its SIP password.</param>
/// <param name="Host">Its SIP registrar, null where the carrier knows it.</param>
public sealed record Account(string ExtensionNum, string Password, string? Host);
