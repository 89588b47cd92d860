using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;

namespace EmptyNumber.ServiceDefaults.Protection;

/// <summary>
/// Encrypts the key ring at rest with a key from outside the database, setting <c>Protection:Key</c>: 32 bytes as base64
/// (<c>openssl rand -base64 32</c>). Where it is not set the ring lies beside what it protects, which guards against a leaked
/// table but not against a leaked database.
/// </summary>
/// <remarks>
/// AES-256-GCM (NIST SP 800-38D) around the whole element, not by the framework's <c>IXmlEncryptor</c>: where that cannot open the
/// keys, a new one is made without a word and what the old ones protect is lost from sight; here the ring cannot be read, and
/// nothing is protected until somebody sees to it.
/// </remarks>
internal sealed class KeyWrap
{
    public const string Setting = "Protection:Key";

    private const string Prefix = "aes-256-gcm:";
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[]? _key;

    /// <exception cref="InvalidOperationException">What is configured is not a key.</exception>
    public KeyWrap(IConfiguration configuration)
    {
        if (configuration[Setting] is not { Length: > 0 } text)
            return;
        _key = new byte[KeyBytes];
        if (!Convert.TryFromBase64String(text, _key, out var length) || length != KeyBytes)
            throw new InvalidOperationException($"{Setting} is not {KeyBytes} bytes as base64.");
    }

    /// <summary>Whether a stored text ought to be wrapped and is not.</summary>
    public bool IsWanting(string stored) => _key is not null && !IsWrapped(stored);

    /// <summary>The text as it is stored under a name.</summary>
    public string Wrap(string text, string name)
    {
        if (_key is null)
            return text;
        var clear = Encoding.UTF8.GetBytes(text);
        var box = new byte[NonceBytes + TagBytes + clear.Length];
        var nonce = box.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_key, TagBytes);
        aes.Encrypt(nonce, clear, box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(name));
        return Prefix + Convert.ToBase64String(box);
    }

    /// <summary>The text again.</summary>
    /// <exception cref="CryptographicException">It was wrapped with another key, or is not what was stored under this name.</exception>
    public string Unwrap(string stored, string name)
    {
        if (!IsWrapped(stored))
            return stored;
        if (_key is null)
            throw new CryptographicException($"The key ring is encrypted and {Setting} is not configured.");
        try
        {
            var box = Convert.FromBase64String(stored[Prefix.Length..]);
            var clear = new byte[box.Length - NonceBytes - TagBytes];
            using var aes = new AesGcm(_key, TagBytes);
            aes.Decrypt(
                box.AsSpan(0, NonceBytes), box.AsSpan(NonceBytes + TagBytes), box.AsSpan(NonceBytes, TagBytes), clear, Encoding.UTF8.GetBytes(name));
            return Encoding.UTF8.GetString(clear);
        }
        catch (AuthenticationTagMismatchException e)
        {
            throw new CryptographicException($"{Setting} is not the key that the key ring is encrypted with ({name}).", e);
        }
    }

    private static bool IsWrapped(string stored) => stored.StartsWith(Prefix, StringComparison.Ordinal);
}
