using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Gateway.Peers;

/// <summary>
/// The networks of TLS terminators and other proxies before the gateway: whom they name in <c>X-Forwarded-For</c> is the peer, and the scheme is what they
/// say in <c>X-Forwarded-Proto</c>. Setting <c>TrustedProxies</c>: none where it is not set, and then nobody's word is taken.
/// </summary>
internal sealed class TrustedProxies(IConfiguration configuration) : Networks(configuration, "TrustedProxies", otherwise: ""), IConfigureOptions<ForwardedHeadersOptions>
{
    /// <inheritdoc />
    public void Configure(ForwardedHeadersOptions options)
    {
        options.ForwardedHeaders = ForwardedHeaders.None;
        if (All.Count == 0)
            return;
        options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
        options.ForwardLimit = null; // back to the first that is no proxy of ours, through however many
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in All)
            options.KnownIPNetworks.Add(network);
    }
}
