using Microsoft.AspNetCore.Identity;

namespace EmptyNumber.Accounts.Model;

/// <summary>Hashes of passwords: PBKDF2 as the framework's hasher does it, some 40 ms each.</summary>
internal sealed class Passwords
{
    private readonly PasswordHasher<User> _hasher = new();
    private readonly string _nobodys;

    public Passwords() => _nobodys = Hash(Guid.NewGuid().ToString());

    /// <summary>A new salted hash.</summary>
    public string Hash(string password) => _hasher.HashPassword(null!, password);

    /// <summary>Whether it is the user's password. For a user who does not exist, or has none, it takes as long.</summary>
    public bool Verify(User? user, string password)
    {
        var result = _hasher.VerifyHashedPassword(null!, user?.PasswordHash is { Length: > 0 } hash ? hash : _nobodys, password);
        return user is not null && result != PasswordVerificationResult.Failed;
    }
}
