using System.Net;
using System.Net.Sockets;

namespace EmptyNumber.Detection.Infrastructure;

/// <summary>Where webhooks may go: addresses of the public internet, and nothing behind our own walls.</summary>
/// <remarks>
/// After IANA's special-purpose address registries (RFC 6890). IPv6 is judged by what is given out to the public, 2000::/3,
/// which leaves out loopback, unspecified, link-local, unique-local, multicast, IPv4-mapped, IPv4-compatible and NAT64
/// addresses; the tunnels within it that carry an IPv4 address (Teredo, 6to4) are left out one by one.
/// </remarks>
internal static class WebhookAddresses
{
    private static readonly IPNetwork PublicV6 = IPNetwork.Parse("2000::/3");

    private static readonly IPNetwork[] Reserved =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
            "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
            "224.0.0.0/4", "240.0.0.0/4",
            "168.63.129.16/32", // Azure's wire server: a public address that leads to the host
            "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
        }.Select(network => IPNetwork.Parse(network)),
    ];

    /// <summary>True for an address of the public internet.</summary>
    /// <remarks>IPv4-mapped ones are refused by name: <see cref="IPNetwork"/> compares the IPv4 address within, even with IPv6 networks.</remarks>
    public static bool IsPublic(IPAddress address) =>
        !address.IsIPv4MappedToIPv6
        && (address.AddressFamily == AddressFamily.InterNetwork || PublicV6.Contains(address))
        && !Reserved.Any(network => network.Contains(address));
}
