using System.Net;
using System.Net.Sockets;

namespace EmptyNumber.ServiceDefaults.Http;

/// <summary>Peers by address, for limits.</summary>
public static class PeerAddress
{
    private const int SubnetBytes = 8;

    /// <summary>
    /// What counts as one peer: an IPv4 address, or an IPv6 subnet of 64 bits, within which anybody may pick addresses freely
    /// (RFC 4291, 2.5.1). Empty for no address.
    /// </summary>
    public static string Group(IPAddress? address)
    {
        if (address is null)
            return "";
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(0, SubnetBytes))
            : address.ToString();
    }
}
