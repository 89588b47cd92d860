using EmptyNumber.Gateway.Routing;
using EmptyNumber.TestSupport;

namespace EmptyNumber.Gateway.Tests;

/// <summary>Starts gateways before backends.</summary>
internal static class Gateways
{
    /// <summary>A gateway before replicas of services.</summary>
    public static Task<ServiceHost<RouteTable>> StartAsync((string Service, Backend[] Replicas)[] services, params (string Key, string Value)[] settings)
    {
        var all = settings.ToDictionary(setting => setting.Key, setting => (string?)setting.Value);
        foreach (var (service, replicas) in services)
            for (var i = 0; i < replicas.Length; i++)
                all[$"services:{service}:http:{i}"] = replicas[i].Address;
        return ServiceHost.StartAsync<RouteTable>(all, migrate: false);
    }

    /// <summary>A gateway before one backend that is all services.</summary>
    public static Task<ServiceHost<RouteTable>> StartAsync(Backend backend, params (string Key, string Value)[] settings) =>
        StartAsync([.. RouteTable.Services.Select(service => (service, new[] { backend }))], settings);

    /// <summary>Somebody outside, who knows no key.</summary>
    public static HttpClient Outsider(this ServiceHost<RouteTable> gateway, string? token = null) =>
        gateway.CreateClient(token, throughGateway: false);
}
