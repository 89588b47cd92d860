using System.Net;

namespace EmptyNumber.Dialer.Infrastructure;

/// <summary>The coordinator refused a request, could not be reached, or gave an answer that makes no sense.</summary>
/// <param name="code">
/// The <c>code</c> of the envelope or the HTTP status. 502 stands for an unreadable answer, 503 for no connection and 504
/// for no answer in time.
/// </param>
/// <param name="message">What was asked and what came back.</param>
/// <param name="inner">What went wrong on the way, if anything did.</param>
internal sealed class CoordinatorException(HttpStatusCode code, string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>The answer's code.</summary>
    public HttpStatusCode Code { get; } = code;

    /// <summary>How long the coordinator asks to wait, null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The coordinator does not know the client (any more): it must notify again.</summary>
    public bool ClientIsLost => Code == HttpStatusCode.NotFound;

    /// <summary>The same request may succeed later.</summary>
    public bool IsTransient => Code is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError;
}
