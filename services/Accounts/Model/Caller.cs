using System.Net;
using System.Security.Claims;
using EmptyNumber.ServiceDefaults.Authentication;

namespace EmptyNumber.Accounts.Model;

/// <summary>Who does something, and from where.</summary>
/// <param name="Id">The user.</param>
/// <param name="Name">The user's name.</param>
/// <param name="Address">The peer, as the gateway tells it.</param>
internal sealed record Caller(long Id, string Name, IPAddress? Address)
{
    /// <summary>Whose token came with a request.</summary>
    public static Caller Of(HttpContext context) =>
        new(context.User.UserId(), context.User.FindFirstValue(ClaimTypes.Name)!, context.Connection.RemoteIpAddress);
}
