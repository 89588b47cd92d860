using System.Globalization;
using System.Threading.RateLimiting;
using EmptyNumber.Gateway.Peers;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Gateway.Limits;

/// <summary>Limits requests by address and, besides, by token: a token of one's own invention gains nothing.</summary>
internal sealed class PeerRateLimiter(IOptions<RateLimits> limits, TrustedNetworks trusted) : IConfigureOptions<RateLimiterOptions>
{
    /// <inheritdoc />
    public void Configure(RateLimiterOptions options)
    {
        options.GlobalLimiter = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<HttpContext, Partition>(ByAddress),
            PartitionedRateLimiter.Create<HttpContext, Partition>(ByToken));
        options.OnRejected = RejectAsync;
    }

    private RateLimitPartition<Partition> ByAddress(HttpContext context) =>
        Bucket(PeerAddress.Group(context.Connection.RemoteIpAddress), IsTrusted(context), limits.Value.AddressRequestsPerSecond);

    private RateLimitPartition<Partition> ByToken(HttpContext context) =>
        AccessToken.Of(context.Request) is { Length: > 0 } token
            ? Bucket(AccessToken.Hash(token), IsTrusted(context), limits.Value.TokenRequestsPerSecond)
            : RateLimitPartition.GetNoLimiter(default(Partition));

    private bool IsTrusted(HttpContext context) => trusted.Contains(context.Connection.RemoteIpAddress);

    private RateLimitPartition<Partition> Bucket(string peer, bool isTrusted, int perSecond)
    {
        if (isTrusted)
            perSecond = limits.Value.TrustedRequestsPerSecond;
        return RateLimitPartition.GetTokenBucketLimiter(new Partition(peer, isTrusted), _ => new TokenBucketRateLimiterOptions
        {
            TokensPerPeriod = perSecond,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            TokenLimit = perSecond * limits.Value.BurstSeconds,
        });
    }

    private static async ValueTask RejectAsync(OnRejectedContext rejected, CancellationToken cancellationToken)
    {
        var pause = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var told) ? told : TimeSpan.FromSeconds(1);
        rejected.HttpContext.Response.Headers.RetryAfter =
            Math.Max(1, Math.Ceiling(pause.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        await ApiError.WriteAsync(rejected.HttpContext, StatusCodes.Status429TooManyRequests);
    }

    private readonly record struct Partition(string Peer, bool IsTrusted);
}
