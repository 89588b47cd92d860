using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace EmptyNumber.ServiceDefaults.Errors;

/// <summary>Gives every error that has no body yet the form of its API, unexpected exceptions included.</summary>
internal sealed partial class ErrorMiddleware(RequestDelegate next, ILogger<ErrorMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return; // nobody is there to read an answer
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await new ApiError(e.StatusCode, Explain(e)).ExecuteAsync(context);
            return;
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            Unexpected(logger, context.Request.Method, (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "", e);
            Activity.Current?.SetStatus(ActivityStatusCode.Error);
            context.Response.Clear();
            context.Response.Headers.TraceParent = Activity.Current?.Id;
            await ApiError.WriteAsync(context, UnavailableException.IsPassing(e) ? 503 : 500);
            return;
        }

        var response = context.Response;
        if (response is { HasStarted: false, StatusCode: >= 400, ContentType: null, ContentLength: null or 0 })
            await ApiError.WriteAsync(context, response.StatusCode);
    }

    /// <summary>The framework's words name C# types and attributes; these name what the client sent.</summary>
    private static string Explain(BadHttpRequestException e) => e switch
    {
        { InnerException: JsonException json } => $"The body is not the JSON that is expected here: {json.Path ?? "$"}, line {json.LineNumber + 1}.",
        _ when e.Message.StartsWith("Implicit body inferred", StringComparison.Ordinal) => "The body is missing.",
        _ when UnreadParameter().Match(e.Message) is { Success: true } unread => $"{unread.Groups[1]}: this value is not allowed here",
        _ when MissingParameter().Match(e.Message) is { Success: true } missing => $"{missing.Groups[1]}: is missing",
        _ => e.Message,
    };

    [GeneratedRegex("""^Failed to bind parameter "[^"]*?(\w+)" from """)]
    private static partial Regex UnreadParameter();

    [GeneratedRegex("""^Required parameter "[^"]*?(\w+)" was not provided""")]
    private static partial Regex MissingParameter();

    [LoggerMessage(LogLevel.Error, "{Method} {Route} failed")]
    private static partial void Unexpected(ILogger logger, string method, string route, Exception exception);
}
