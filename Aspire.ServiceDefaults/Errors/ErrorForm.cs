using Microsoft.AspNetCore.Builder;

namespace EmptyNumber.ServiceDefaults.Errors;

/// <summary>The form in which one API tells its errors.</summary>
/// <param name="Body">Makes the JSON body of an error.</param>
public sealed record ErrorForm(Func<ApiError, object> Body)
{
    /// <summary><c>{"error":"…"}</c> and the details beside it.</summary>
    public static ErrorForm Error { get; } = new(error => Named("error", error));

    /// <summary><c>{"detail":"…"}</c> and the details beside it.</summary>
    public static ErrorForm Detail { get; } = new(error => Named("detail", error));

    /// <summary><c>{"code":404,"msg":"…","data":{}}</c>: the code is the HTTP status.</summary>
    public static ErrorForm Envelope { get; } = new(error => new Dictionary<string, object?>
    {
        ["code"] = error.Status,
        ["msg"] = error.Message,
        ["data"] = error.Details,
    });

    /// <summary>
    /// <c>{"code":404,"desc":"…"}</c>: the code is the HTTP status. One sentence stands for all that a request can get wrong
    /// (400), and one for all that the servers can (500 and above).
    /// </summary>
    public static ErrorForm Described { get; } = new(error => new Dictionary<string, object?>
    {
        ["code"] = error.Status,
        ["desc"] = error.Status switch
        {
            400 => "The data that you have submitted is not all correct !",
            >= 500 => "The server is busy, please try again later.",
            _ => error.Message,
        },
    });

    /// <summary>The words of a 401 that has none of its own.</summary>
    public string Unauthorized { get; init; } = "User Not Authorized";

    /// <summary>The status in place of 401, where an API tells of missing or bad authentication by another.</summary>
    public int UnauthorizedStatus { get; init; } = 401;

    /// <summary>The words of a 403 that has none of its own.</summary>
    public string Forbidden { get; init; } = "Forbidden";

    /// <summary>The words of a status that nobody explained.</summary>
    public string MessageFor(int status) => status switch
    {
        401 => Unauthorized,
        403 => Forbidden,
        404 => "Not Found",
        405 => "Method Not Allowed",
        413 => "Request body too large",
        415 => "Unsupported media type",
        429 => "Too many requests",
        502 or 503 => "Service temporarily unavailable",
        504 => "The service did not answer in time",
        >= 500 => "Internal server error",
        _ => "Bad request",
    };

    private static Dictionary<string, object?> Named(string name, ApiError error) =>
        new([KeyValuePair.Create(name, (object?)error.Message), .. error.Details]);
}

/// <summary>Gives endpoints an error form of their own.</summary>
public static class ErrorFormEndpoints
{
    /// <summary>Errors of these endpoints take <paramref name="form"/> instead of the service's.</summary>
    public static TBuilder WithErrorForm<TBuilder>(this TBuilder endpoints, ErrorForm form)
        where TBuilder : IEndpointConventionBuilder => endpoints.WithMetadata(form);
}
