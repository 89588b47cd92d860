using System.Net;

namespace EmptyNumber.Gateway.Peers;

/// <summary>
/// The networks whose hosts are dialers and handsets of the operator. Setting <c>TrustedNetworks</c>: CIDR blocks as a list,
/// or in one text with commas; loopback where it is not set, nobody where the text is empty.
/// </summary>
internal sealed class TrustedNetworks
{
    private const string Setting = "TrustedNetworks";
    private const string Loopback = "127.0.0.0/8,::1/128";

    private readonly IPNetwork[] _networks;

    /// <exception cref="InvalidOperationException">One of them is not a CIDR block.</exception>
    public TrustedNetworks(IConfiguration configuration)
    {
        var list = configuration.GetSection(Setting).GetChildren().Select(entry => entry.Value ?? "").ToArray();
        if (list.Length == 0)
            list = (configuration[Setting] ?? Loopback).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        _networks = [.. list.Select(Parse)];
    }

    /// <summary>Whether a peer is in one of them.</summary>
    public bool Contains(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true })
            address = address.MapToIPv4();
        return address is not null && Array.Exists(_networks, network => network.Contains(address));
    }

    private static IPNetwork Parse(string text) => IPNetwork.TryParse(text, out var network)
        ? network
        : throw new InvalidOperationException($"{Setting}: '{text}' is not a network such as 10.1.0.0/16 or fd00::/8.");
}
