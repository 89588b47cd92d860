using EmptyNumber.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace EmptyNumber.ServiceDefaults.Authentication;

/// <summary>Refuses a bad token even where none is needed.</summary>
internal sealed class BadTokenMiddleware(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext context)
    {
        // The result of UseAuthentication, which keeps failures to itself; it is not worked out again.
        var result = await context.AuthenticateAsync();
        if (result.Failure is null)
            await next(context);
        else
            await ApiError.WriteAsync(context, StatusCodes.Status401Unauthorized);
    }
}
