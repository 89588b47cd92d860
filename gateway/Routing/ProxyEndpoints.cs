using EmptyNumber.Gateway.Balancing;
using EmptyNumber.ServiceDefaults.Errors;

namespace EmptyNumber.Gateway.Routing;

/// <summary>The endpoints that lead to services.</summary>
internal static class ProxyEndpoints
{
    public static void MapProxy(this WebApplication app)
    {
        var routes = app.Services.GetRequiredService<RouteTable>().Routes.ToDictionary(route => route.Id);
        app.MapReverseProxy(proxy =>
            {
                proxy.UseMiddleware<FailoverMiddleware>();
                proxy.UseLoadBalancing();
                proxy.UsePassiveHealthChecks();
            })
            .ConfigureEndpoints((endpoint, route) => endpoint.WithMetadata(routes[route.RouteId]).WithErrorForm(routes[route.RouteId].Form));
        app.Map("/api/{**rest}", context => ApiError.WriteAsync(context, StatusCodes.Status404NotFound)).WithErrorForm(ErrorForm.Detail);
    }
}
