using System.Text.Json.Serialization;
using EmptyNumber.Accounts.Infrastructure;
using EmptyNumber.Accounts.Model;
using EmptyNumber.ServiceDefaults.Authentication;

namespace EmptyNumber.Accounts.Apis;

/// <summary>Logging in and out.</summary>
internal static class LoginApi
{
    private const int Welcome = 30000;
    private const int Refused = 30001;

    public static void MapLoginApi(this IEndpointRouteBuilder api)
    {
        var login = api.MapGroup("/").WithTags("Login");
        login.MapPost("/login", LogInAsync).WithName("LogIn").WithSummary("Log in: makes a session token in place of the one before")
            .WithDescription("30000 with the token, or 30001. Repeated failures of a user from one address, and of an address, are slowed: 429.")
            .Accepts<Credentials>("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
            .Produces<LoginAnswer>()
            .WithMetadata(new IgnoreTokens());
        login.MapPost("/logout", LogOutAsync).WithName("LogOut").WithSummary("Log out: revokes the token that comes with the request")
            .Produces(StatusCodes.Status204NoContent)
            .RequireToken();
    }

    private static async Task<IResult> LogInAsync(HttpContext context, Logins logins, LoginThrottle throttle, CancellationToken cancellationToken)
    {
        var (name, password) = await Credentials.ReadAsync(context.Request, cancellationToken);
        var address = context.Connection.RemoteIpAddress;
        if (await throttle.WaitAsync(name, address, cancellationToken) is { Ticks: > 0 } wait)
            return context.Response.RefuseFor(wait, "登录失败次数过多");
        return TypedResults.Ok(await logins.LogInAsync(name, password, address, cancellationToken) is { } token
            ? new LoginAnswer(Welcome, "用户登录成功", token)
            : new LoginAnswer(Refused, "用户名或密码错误"));
    }

    private static async Task<IResult> LogOutAsync(HttpContext context, Logins logins, CancellationToken cancellationToken)
    {
        await logins.LogOutAsync(Caller.Of(context), AccessToken.Of(context.Request)!, cancellationToken);
        return TypedResults.NoContent();
    }
}

/// <summary>The answer to a login; HTTP 200 both ways.</summary>
/// <param name="Code">30000 logged in, 30001 not.</param>
/// <param name="Message">The same in words.</param>
/// <param name="Token">The session token, 40 hex digits; absent where the login failed.</param>
internal sealed record LoginAnswer(
    int Code, string Message, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Token = null);
