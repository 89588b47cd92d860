using System.ComponentModel.DataAnnotations;

namespace EmptyNumber.Gateway.Limits;

/// <summary>Section <c>RateLimits</c>: requests a second, of one replica of the gateway. What is more is answered 429.</summary>
internal sealed class RateLimits
{
    /// <summary>From one address, or one IPv6 subnet of 64 bits. Default 300.</summary>
    [Range(1, 1_000_000)]
    public int AddressRequestsPerSecond { get; set; } = 300;

    /// <summary>With one token, from wherever. Default 300.</summary>
    [Range(1, 1_000_000)]
    public int TokenRequestsPerSecond { get; set; } = 300;

    /// <summary>From one address in a trusted network, and with one token there, instead of the two above. Default 20,000.</summary>
    [Range(1, 1_000_000)]
    public int TrustedRequestsPerSecond { get; set; } = 20_000;

    /// <summary>Seconds' worth of requests that may come at once after a pause. Default 4.</summary>
    [Range(1, 3600)]
    public int BurstSeconds { get; set; } = 4;
}
