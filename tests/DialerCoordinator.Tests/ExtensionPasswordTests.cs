using System.Security.Cryptography;
using EmptyNumber.DialerCoordinator.Infrastructure;
using EmptyNumber.DialerCoordinator.Model;
using Microsoft.AspNetCore.DataProtection;

namespace EmptyNumber.DialerCoordinator.Tests;

public sealed class ExtensionPasswordTests
{
    [Fact]
    public void Where_the_key_ring_cannot_be_read_no_password_is_to_blame()
    {
        var passwords = new ExtensionPasswords(new UnreadableRing());
        var extension = new Extension { Number = "8001", Password = $"{ExtensionPasswords.ProtectedPrefix}AAAA" };

        Should.Throw<CryptographicException>(() => passwords.TryReveal(extension, out _)).Message.ShouldBe(UnreadableRing.Problem);
    }

    /// <summary>What the framework does where the ring is encrypted and its key is not configured.</summary>
    private sealed class UnreadableRing : IDataProtector
    {
        public const string Problem = "the ring is encrypted";

        public IDataProtector CreateProtector(string purpose) => this;

        public byte[] Protect(byte[] plaintext) => throw new CryptographicException(Problem);

        public byte[] Unprotect(byte[] protectedData) => throw new CryptographicException(Problem);
    }
}
