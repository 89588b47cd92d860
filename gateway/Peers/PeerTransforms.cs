using System.Net;
using EmptyNumber.ServiceDefaults.Authentication;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace EmptyNumber.Gateway.Peers;

/// <summary>Tells the services who the peer is, and lets nobody else do so.</summary>
internal sealed class PeerTransforms(TrustedNetworks trusted, IConfiguration configuration) : ITransformProvider
{
    private const string ForwardedPrefix = "X-Forwarded-";
    private const string OriginalPrefix = "X-Original-";

    private readonly string _key = configuration[ForwardedIdentity.KeySetting] is { Length: > 0 } key
        ? key
        : throw new InvalidOperationException($"{ForwardedIdentity.KeySetting} is not configured: without the key that they share, services do not believe the gateway.");

    /// <inheritdoc />
    public void Apply(TransformBuilderContext context)
    {
        context.UseDefaultForwarders = false;
        context.AddRequestTransform(transform =>
        {
            Introduce(transform.HttpContext, transform.ProxyRequest);
            return default;
        });
    }

    /// <inheritdoc />
    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    /// <inheritdoc />
    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    private void Introduce(HttpContext context, HttpRequestMessage request)
    {
        var headers = request.Headers;
        foreach (var name in context.Request.Headers.Keys)
            if (IsAboutPeers(name))
                headers.Remove(name);

        headers.TryAddWithoutValidation(ForwardedIdentity.KeyHeader, _key);
        headers.TryAddWithoutValidation("X-Forwarded-Host", context.Request.Host.Value);
        headers.TryAddWithoutValidation("X-Forwarded-Proto", context.Request.Scheme);
        var peer = context.Connection.RemoteIpAddress;
        if (peer is not null)
            headers.TryAddWithoutValidation("X-Forwarded-For", Plain(peer).ToString());
        if (trusted.Contains(peer))
            headers.TryAddWithoutValidation(ForwardedIdentity.TrustedHeader, "1");
    }

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static bool IsAboutPeers(string header) =>
        header.StartsWith(ForwardedPrefix, StringComparison.OrdinalIgnoreCase)
        || header.StartsWith(OriginalPrefix, StringComparison.OrdinalIgnoreCase)
        || header.Equals("Forwarded", StringComparison.OrdinalIgnoreCase)
        || header.Equals(ForwardedIdentity.KeyHeader, StringComparison.OrdinalIgnoreCase)
        || header.Equals(ForwardedIdentity.TrustedHeader, StringComparison.OrdinalIgnoreCase);
}
