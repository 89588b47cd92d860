using System.Net;

namespace EmptyNumber.Gateway.Peers;

/// <summary>A setting of networks: CIDR blocks as a list, or in one text with commas.</summary>
internal abstract class Networks
{
    /// <param name="configuration">Where the setting is.</param>
    /// <param name="setting">Its name.</param>
    /// <param name="otherwise">What holds where it is not set.</param>
    /// <exception cref="InvalidOperationException">One of them is not a CIDR block.</exception>
    protected Networks(IConfiguration configuration, string setting, string otherwise)
    {
        var list = configuration.GetSection(setting).GetChildren().Select(entry => entry.Value ?? "").ToArray();
        if (list.Length == 0)
            list = (configuration[setting] ?? otherwise).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        All = [.. list.Select(text => IPNetwork.TryParse(text, out var network)
            ? network
            : throw new InvalidOperationException($"{setting}: '{text}' is not a network such as 10.1.0.0/16 or fd00::/8."))];
    }

    /// <summary>The networks.</summary>
    public IReadOnlyList<IPNetwork> All { get; }

    /// <summary>Whether a peer is in one of them.</summary>
    public bool Contains(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true })
            address = address.MapToIPv4();
        return address is not null && All.Any(network => network.Contains(address));
    }
}
