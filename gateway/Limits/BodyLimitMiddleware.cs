using EmptyNumber.Gateway.Routing;
using EmptyNumber.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http.Features;

namespace EmptyNumber.Gateway.Limits;

/// <summary>Refuses bodies that are larger than their route takes, announced or not.</summary>
/// <remarks>
/// The server's own limit closes the connection at once, and clients that are still sending then see a broken pipe instead of
/// the 413; it also counts the framing of chunks. With that limit lifted, the server reads what is left of a refused body for
/// 5 s at most.
/// </remarks>
internal sealed class BodyLimitMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<GatewayRoute>() is not { } route)
            return next(context);
        context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
        var request = context.Request;
        if (request.ContentLength > route.MaxBodyBytes)
            return ApiError.WriteAsync(context, StatusCodes.Status413PayloadTooLarge);
        if (request.ContentLength is null)
            request.Body = new LimitedBody(request.Body, route.MaxBodyBytes);
        return next(context);
    }
}
