using System.IO.Compression;
using EmptyNumber.Gateway.Balancing;
using EmptyNumber.Gateway.Limits;
using EmptyNumber.Gateway.Peers;
using EmptyNumber.Gateway.Routing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.ResponseCompression;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Transforms.Builder;

namespace EmptyNumber.Gateway;

/// <summary>What the gateway consists of.</summary>
internal static class Extensions
{
    /// <summary>The reverse proxy: the route table, and what becomes of replicas that do not answer.</summary>
    public static void AddProxy(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<RouteTable>();
        builder.Services.AddReverseProxy();
        builder.Services.AddSingleton<IProxyConfigProvider, ProxyConfigProvider>();
        builder.Services.AddSingleton<IPassiveHealthCheckPolicy, ConnectionFailurePolicy>();
    }

    /// <summary>Who a peer is, and how the services are told.</summary>
    public static void AddPeers(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<TrustedNetworks>();
        builder.Services.AddSingleton<TrustedProxies>();
        builder.Services.AddSingleton<IConfigureOptions<ForwardedHeadersOptions>>(services => services.GetRequiredService<TrustedProxies>());
        builder.Services.AddSingleton<ITransformProvider, PeerTransforms>();
    }

    /// <summary>The peer is whom a trusted proxy names. Without such proxies nothing is read: the middleware would believe everybody.</summary>
    public static void UsePeers(this WebApplication app)
    {
        if (app.Services.GetRequiredService<TrustedProxies>().All.Count > 0)
            app.UseForwardedHeaders();
    }

    /// <summary>How much, how often and how long.</summary>
    public static void AddLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<BodyLimits>().BindConfiguration("BodyLimits").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<TimeLimits>().BindConfiguration("TimeLimits").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddOptions<RateLimits>().BindConfiguration("RateLimits").ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddRateLimiter(_ => { });
        builder.Services.ConfigureOptions<PeerRateLimiter>();
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<BodyLimits>>((kestrel, bodies) =>
        {
            kestrel.Limits.MaxRequestBodySize = bodies.Value.DefaultBytes;
            kestrel.Limits.MaxConcurrentConnections = 20_000;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        });
    }

    /// <summary>Compression of what is text and not a stream of events.</summary>
    public static void AddCompression(this WebApplicationBuilder builder)
    {
        builder.Services.AddResponseCompression(compression =>
            compression.MimeTypes = [.. ResponseCompressionDefaults.MimeTypes, "text/csv"]);
        builder.Services.Configure<BrotliCompressionProviderOptions>(brotli => brotli.Level = CompressionLevel.Fastest);
        builder.Services.Configure<GzipCompressionProviderOptions>(gzip => gzip.Level = CompressionLevel.Fastest);
    }
}
