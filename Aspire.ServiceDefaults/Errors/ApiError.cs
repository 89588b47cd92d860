using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace EmptyNumber.ServiceDefaults.Errors;

/// <summary>An answer in the error form of the API that it belongs to.</summary>
/// <param name="Status">The HTTP status: 400 to 599, unless an API tells of no error in that form.</param>
/// <param name="Message">What was wrong, where, and what is allowed; the form's own words for the status where null.</param>
public sealed record ApiError(int Status, string? Message = null) : IResult, IStatusCodeHttpResult
{
    /// <summary>More properties, for forms that have a place for them.</summary>
    public IReadOnlyDictionary<string, object?> Details { get; init; } = new Dictionary<string, object?>();

    int? IStatusCodeHttpResult.StatusCode => Status;

    /// <summary>400.</summary>
    public static ApiError BadRequest(string message) => new(StatusCodes.Status400BadRequest, message);

    /// <summary>409.</summary>
    public static ApiError Conflict(string message) => new(StatusCodes.Status409Conflict, message);

    /// <summary>403 in the words of the API's form.</summary>
    public static ApiError Forbidden() => new(StatusCodes.Status403Forbidden);

    /// <summary>404 in the words of the API's form.</summary>
    public static ApiError NotFound() => new(StatusCodes.Status404NotFound);

    /// <summary>An error with the status alone; the words are those of the API's form.</summary>
    public static Task WriteAsync(HttpContext context, int status) => new ApiError(status).ExecuteAsync(context);

    /// <inheritdoc />
    public Task ExecuteAsync(HttpContext httpContext)
    {
        var form = httpContext.GetEndpoint()?.Metadata.GetMetadata<ErrorForm>() ?? httpContext.RequestServices.GetRequiredService<ErrorForm>();
        httpContext.Response.StatusCode = Status == StatusCodes.Status401Unauthorized ? form.UnauthorizedStatus : Status;
        var worded = this with { Message = Message ?? form.MessageFor(Status) };
        return httpContext.Response.WriteAsJsonAsync(form.Body(worded), httpContext.RequestAborted);
    }
}
