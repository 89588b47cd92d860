using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace EmptyNumber.Gateway.Balancing;

/// <summary>Tries another replica where one could not be reached.</summary>
/// <remarks>
/// Any request when no connection could be made: nothing of it was sent, nor read from the client. A connection that breaks
/// before the answer begins may have delivered the request, so then only safe methods without a body (RFC 9110, 9.2.1) are
/// sent again.
/// </remarks>
internal sealed class FailoverMiddleware(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        await next(context);
        if (!MaySendAgain(context))
            return;

        var proxy = context.GetReverseProxyFeature();
        var tried = new HashSet<DestinationState>();
        do
        {
            if (proxy.ProxiedDestination is null || !tried.Add(proxy.ProxiedDestination))
                return;
            var others = proxy.AllDestinations.Where(destination => !tried.Contains(destination)).ToList();
            if (others.Count == 0)
                return;
            context.Features.Set<IForwarderErrorFeature>(null);
            context.Response.StatusCode = StatusCodes.Status200OK;
            proxy.AvailableDestinations = others;
            await next(context);
        }
        while (MaySendAgain(context));
    }

    private static bool MaySendAgain(HttpContext context)
    {
        var error = context.GetForwarderErrorFeature();
        return error is { Error: ForwarderError.Request }
            && !context.Response.HasStarted
            && !context.RequestAborted.IsCancellationRequested
            && (error.NothingWasSent() || IsSafe(context));
    }

    private static bool IsSafe(HttpContext context) =>
        (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false };
}
