using System.Security.Claims;
using System.Text.Json.Serialization;

namespace EmptyNumber.ServiceDefaults.Authentication;

/// <summary>Whose token it is.</summary>
/// <param name="UserId">The user.</param>
/// <param name="Name">The user's name.</param>
/// <param name="Roles">The user's roles.</param>
public sealed record TokenIdentity(
    [property: JsonPropertyName("user_id")] long UserId,
    [property: JsonPropertyName("name")] string Name,
    [property: JsonPropertyName("roles")] IReadOnlyList<string> Roles);

/// <summary>Roles that are known everywhere.</summary>
public static class Roles
{
    public const string Admin = "admin";
    public const string User = "user";
    public const string Agent = "agent";
    public const string Landlord = "landlord";
    public const string Operator = "operator";
    public const string Dialer = "dialer";
    public const string Device = "device";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Admin, User, Agent, Landlord, Operator, Dialer, Device];
}

/// <summary>Reads what the token said.</summary>
public static class TokenPrincipal
{
    /// <summary>The id of the user whose token came with the request.</summary>
    public static long UserId(this ClaimsPrincipal user) =>
        long.Parse(user.FindFirstValue(ClaimTypes.NameIdentifier) ?? throw new InvalidOperationException("The endpoint does not require a token."));

    internal static ClaimsPrincipal Create(TokenIdentity identity, string scheme) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, identity.UserId.ToString()),
            new Claim(ClaimTypes.Name, identity.Name),
            .. identity.Roles.Select(role => new Claim(ClaimTypes.Role, role)),
        ],
        scheme));
}
