using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace EmptyNumber.ServiceDefaults.Authentication;

/// <summary>
/// What the gateway tells services about a peer. It is believed only beside the key that the gateway and the services
/// share (<c>Gateway:Key</c>); the gateway drops these headers when a client sends them.
/// </summary>
public static class ForwardedIdentity
{
    /// <summary>The shared key.</summary>
    public const string KeyHeader = "X-Gateway-Key";

    /// <summary>Present when the peer's address lies in a trusted network.</summary>
    public const string TrustedHeader = "X-Trusted-Network";

    /// <summary>Configuration of the shared key.</summary>
    public const string KeySetting = "Gateway:Key";

    private static readonly object Trusted = new();
    private static readonly object Internal = new();

    /// <summary>True when the gateway says that the peer is in a trusted network.</summary>
    public static bool IsTrustedPeer(this HttpContext context) => context.Items.ContainsKey(Trusted);

    /// <summary>True when the request comes from the gateway or another service, not from somebody else on this machine.</summary>
    public static bool IsInternal(this HttpContext context) => context.Items.ContainsKey(Internal);

    internal static void Accept(HttpContext context)
    {
        context.Items[Internal] = true;
        var headers = context.Request.Headers;
        if (IPAddress.TryParse(headers["X-Forwarded-For"], out var peer))
            context.Connection.RemoteIpAddress = peer;
        if (headers["X-Forwarded-Host"] is [{ } host])
            context.Request.Host = new HostString(host);
        if (headers["X-Forwarded-Proto"] is ["http" or "https"] and [{ } scheme])
            context.Request.Scheme = scheme;
        if (headers.ContainsKey(TrustedHeader))
            context.Items[Trusted] = true;
    }
}

/// <summary>Accepts forwarded identity from whoever knows the key.</summary>
internal sealed class ForwardedIdentityMiddleware(RequestDelegate next, IConfiguration configuration)
{
    private readonly byte[]? _key = configuration[ForwardedIdentity.KeySetting] is { Length: > 0 } key ? Encoding.UTF8.GetBytes(key) : null;

    public Task InvokeAsync(HttpContext context)
    {
        if (_key is not null
            && context.Request.Headers[ForwardedIdentity.KeyHeader] is [{ } sent]
            && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(sent), _key))
        {
            ForwardedIdentity.Accept(context);
        }

        return next(context);
    }
}
