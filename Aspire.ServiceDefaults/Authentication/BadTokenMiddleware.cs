using EmptyNumber.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;

namespace EmptyNumber.ServiceDefaults.Authentication;

/// <summary>Refuses a bad token even where none is needed.</summary>
internal sealed class BadTokenMiddleware(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var result = context.Features.Get<IAuthenticateResultFeature>()?.AuthenticateResult;
        return result?.Failure is null ? next(context) : ApiError.WriteAsync(context, StatusCodes.Status401Unauthorized);
    }
}
