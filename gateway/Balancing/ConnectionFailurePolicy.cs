using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.Model;

namespace EmptyNumber.Gateway.Balancing;

/// <summary>A replica to which no connection can be made gets no requests until it has been asked for its health again.</summary>
internal sealed class ConnectionFailurePolicy(IDestinationHealthUpdater health) : IPassiveHealthCheckPolicy
{
    /// <summary>The policy's name.</summary>
    public const string PolicyName = "ConnectionFailure";

    private static readonly TimeSpan DefaultPause = TimeSpan.FromSeconds(2);

    /// <inheritdoc />
    public string Name => PolicyName;

    /// <inheritdoc />
    public void RequestProxied(HttpContext context, ClusterState cluster, DestinationState destination)
    {
        if (context.GetForwarderErrorFeature().NothingWasSent())
            health.SetPassive(cluster, destination, DestinationHealth.Unhealthy, cluster.Model.Config.HealthCheck?.Passive?.ReactivationPeriod ?? DefaultPause);
    }
}

/// <summary>Reads how forwarding failed.</summary>
internal static class ForwarderErrors
{
    /// <summary>True when no connection could be made, so that not a byte of the request has left.</summary>
    public static bool NothingWasSent(this IForwarderErrorFeature? error) =>
        error is { Error: ForwarderError.Request, Exception: HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } };
}
