using EmptyNumber.Gateway.Routing;

namespace EmptyNumber.Gateway.Limits;

/// <summary>Gives up a request that takes longer than its route may: 504, or the end of an answer that has begun.</summary>
/// <remarks>YARP takes the framework's request timeouts for a client that went away, and answers 400.</remarks>
internal sealed class TimeLimitMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<GatewayRoute>()?.TimeLimit is { } limit ? InvokeAsync(context, limit) : next(context);

    private async Task InvokeAsync(HttpContext context, TimeSpan limit)
    {
        var client = context.RequestAborted;
        using var either = CancellationTokenSource.CreateLinkedTokenSource(client);
        either.CancelAfter(limit);
        context.RequestAborted = either.Token;
        try
        {
            await next(context);
        }
        finally
        {
            context.RequestAborted = client;
        }

        if (either.IsCancellationRequested && !client.IsCancellationRequested && !context.Response.HasStarted)
            context.Response.StatusCode = StatusCodes.Status504GatewayTimeout;
    }
}
