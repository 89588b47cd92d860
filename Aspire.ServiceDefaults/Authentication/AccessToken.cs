using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace EmptyNumber.ServiceDefaults.Authentication;

/// <summary>An opaque token: 20 random bytes as 40 lower-case hex digits. Only its SHA-256 is ever stored or sent on.</summary>
public static class AccessToken
{
    private const int Length = 40;

    private static readonly SearchValues<char> LowerHex = SearchValues.Create("0123456789abcdef");

    /// <summary>A new token, unguessable.</summary>
    public static string Create() => RandomNumberGenerator.GetHexString(Length, lowercase: true);

    /// <summary>What is stored of a token: SHA-256, 64 lower-case hex digits.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(token)));

    /// <summary>True for text that has the form of a token.</summary>
    public static bool IsWellFormed([NotNullWhen(true)] string? text) =>
        text is { Length: Length } && !text.AsSpan().ContainsAnyExcept(LowerHex);

    /// <summary>
    /// The token that a request carries as <c>Authorization: Token …</c> or <c>token: …</c>; null when it carries none,
    /// empty when what it carries is not a token.
    /// </summary>
    public static string? Of(HttpRequest request)
    {
        string? text;
        if (request.Headers.Authorization is { Count: > 0 } authorization)
            text = authorization is [{ } value] && value.StartsWith("Token ", StringComparison.OrdinalIgnoreCase) ? value[6..].Trim() : "";
        else if (request.Headers.TryGetValue("token", out var values))
            text = values is [{ } value] ? value.Trim() : "";
        else
            return null;
        return IsWellFormed(text) ? text : "";
    }
}
