using System.Net;
using EmptyNumber.Gateway.Balancing;
using EmptyNumber.Gateway.Limits;
using EmptyNumber.ServiceDefaults.Http;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;

namespace EmptyNumber.Gateway.Routing;

/// <summary>Gives the route table to YARP, with the replicas that <c>services:name:http:n</c> names.</summary>
internal sealed class ProxyConfigProvider(RouteTable table, IConfiguration configuration, IOptions<TimeLimits> times) : IProxyConfigProvider, IProxyConfig
{
    private static readonly TimeSpan HealthInterval = TimeSpan.FromSeconds(2);

    /// <inheritdoc />
    public IReadOnlyList<RouteConfig> Routes { get; } = [.. table.Routes.Select(Route)];

    /// <inheritdoc />
    public IReadOnlyList<ClusterConfig> Clusters { get; } =
        [.. RouteTable.Services.Select(service => Cluster(service, configuration.ServiceAddresses(service), times.Value.Silence))];

    /// <inheritdoc />
    public IChangeToken ChangeToken { get; } = new CancellationChangeToken(CancellationToken.None);

    /// <inheritdoc />
    public IProxyConfig GetConfig() => this;

    private static RouteConfig Route(GatewayRoute route) => new()
    {
        RouteId = route.Id,
        ClusterId = route.Service,
        Match = new RouteMatch { Path = route.Path, Methods = route.Method is null ? null : [route.Method] },
        Transforms = route.PathAtService is null ? null : [new Dictionary<string, string> { ["PathSet"] = route.PathAtService }],
    };

    private static ClusterConfig Cluster(string service, IReadOnlyList<Uri> replicas, TimeSpan silence) => new()
    {
        ClusterId = service,
        Destinations = replicas.Index().ToDictionary(
            replica => $"{service}/{replica.Index}",
            replica => new DestinationConfig { Address = replica.Item.ToString() }),
        LoadBalancingPolicy = LoadBalancingPolicies.PowerOfTwoChoices,
        HttpRequest = new ForwarderRequestConfig
        {
            ActivityTimeout = silence,
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        },
        HealthCheck = new HealthCheckConfig
        {
            // Where all seem to be ill, one of them is asked nevertheless.
            AvailableDestinationsPolicy = HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
            Active = new ActiveHealthCheckConfig
            {
                Enabled = true,
                Path = "/health",
                Interval = HealthInterval,
                Timeout = HealthInterval,
                Policy = HealthCheckConstants.ActivePolicy.ConsecutiveFailures,
            },
            Passive = new PassiveHealthCheckConfig
            {
                Enabled = true,
                Policy = ConnectionFailurePolicy.PolicyName,
                ReactivationPeriod = HealthInterval,
            },
        },
    };
}
