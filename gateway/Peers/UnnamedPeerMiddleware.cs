using EmptyNumber.ServiceDefaults.Errors;

namespace EmptyNumber.Gateway.Peers;

/// <summary>
/// Refuses what a trusted proxy sent for a peer whom it does not name readably. Reading <c>X-Forwarded-For</c> stops at such an entry, a quotation mark of
/// the client's for one, and the peer would be the proxy itself, with the trust that it has.
/// </summary>
internal sealed partial class UnnamedPeerMiddleware(RequestDelegate next, TrustedProxies proxies, ILogger<UnnamedPeerMiddleware> logger)
{
    private const string Header = "X-Forwarded-For";

    public Task InvokeAsync(HttpContext context)
    {
        var peer = context.Connection.RemoteIpAddress;
        if (!proxies.Contains(peer) || !context.Request.Headers.TryGetValue(Header, out var named))
            return next(context);
        LogUnnamed(peer!.ToString(), named.ToString());
        return ApiError.BadRequest($"{Header} names no address").ExecuteAsync(context);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The proxy {Proxy} sent X-Forwarded-For '{Named}', whose last entry is no address: the request is refused")]
    private partial void LogUnnamed(string proxy, string named);
}
