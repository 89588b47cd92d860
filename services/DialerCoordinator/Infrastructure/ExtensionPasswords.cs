using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using EmptyNumber.DialerCoordinator.Model;
using Microsoft.AspNetCore.DataProtection;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>Passwords of extensions at rest: encrypted with the service's key ring, shown to nobody but the leasing client.</summary>
/// <remarks>What was read once is remembered while it stays as it is stored: whoever leases extensions reads the passwords of all.</remarks>
internal sealed class ExtensionPasswords(IDataProtectionProvider provider)
{
    /// <summary>What everything that the framework protects begins with: its magic number 09 F0 C9 F0, in base64url.</summary>
    public const string ProtectedPrefix = "CfDJ8";

    private readonly IDataProtector _protector = provider.CreateProtector("extension passwords");

    /// <summary>By the extension's number.</summary>
    private readonly ConcurrentDictionary<string, (string Stored, string Password)> _revealed = new();

    /// <summary>A password as it is stored.</summary>
    public string Protect(string password) => _protector.Protect(password);

    /// <summary>A stored password again. One from before passwords were protected is read as it is, until <c>migrate</c> runs.</summary>
    /// <returns>False where the key that protects it is gone, or it is damaged.</returns>
    /// <exception cref="CryptographicException">No password can be read now: the key ring cannot.</exception>
    public bool TryReveal(Extension extension, [NotNullWhen(true)] out string? password)
    {
        password = extension.Password;
        if (!password.StartsWith(ProtectedPrefix, StringComparison.Ordinal))
            return true;
        if (_revealed.TryGetValue(extension.Number, out var known) && known.Stored == extension.Password)
        {
            password = known.Password;
            return true;
        }

        try
        {
            password = _protector.Unprotect(password);
            _revealed[extension.Number] = (extension.Password, password);
            return true;
        }
        catch (CryptographicException)
        {
            // Where the ring cannot be read this throws as well, and no password is to blame.
            _protector.Protect("");
            password = null;
            return false;
        }
    }
}
