using System.Security.Cryptography;
using EmptyNumber.DialerCoordinator.Model;
using Microsoft.AspNetCore.DataProtection;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>Passwords of extensions at rest: encrypted with the service's key ring, shown to nobody but the leasing client.</summary>
internal sealed class ExtensionPasswords(IDataProtectionProvider provider)
{
    /// <summary>What everything that the framework protects begins with: its magic number 09 F0 C9 F0, in base64url.</summary>
    public const string ProtectedPrefix = "CfDJ8";

    private readonly IDataProtector _protector = provider.CreateProtector("extension passwords");

    /// <summary>A password as it is stored.</summary>
    public string Protect(string password) => _protector.Protect(password);

    /// <summary>A stored password again. One from before passwords were protected is read as it is, until <c>migrate</c> runs.</summary>
    /// <exception cref="InvalidOperationException">The key that protects it is gone, or it is damaged.</exception>
    public string Reveal(Extension extension)
    {
        if (!extension.Password.StartsWith(ProtectedPrefix, StringComparison.Ordinal))
            return extension.Password;
        try
        {
            return _protector.Unprotect(extension.Password);
        }
        catch (CryptographicException e) when (e.InnerException is null)
        {
            throw new InvalidOperationException($"The password of extension {extension.Number} cannot be read; POST it to /extensions/ again.", e);
        }
    }
}
