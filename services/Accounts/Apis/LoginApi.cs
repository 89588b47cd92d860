using System.Globalization;
using System.Text.Json.Serialization;
using EmptyNumber.Accounts.Infrastructure;
using EmptyNumber.Accounts.Model;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.Accounts.Apis;

/// <summary>Logging in and out.</summary>
internal static class LoginApi
{
    private const int Welcome = 30000;
    private const int Refused = 30001;

    public static void MapLoginApi(this IEndpointRouteBuilder app)
    {
        app.MapPost("/api/login/", LogInAsync)
            .Accepts<Credentials>("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
            .Produces<LoginAnswer>()
            .WithMetadata(new IgnoreTokens())
            .WithSummary("Log in: makes a session token in place of the one before");
        app.MapPost("/api/logout/", LogOutAsync)
            .RequireToken()
            .WithSummary("Log out: revokes the token that comes with the request");
    }

    private static async Task<IResult> LogInAsync(
        HttpContext context, AccountsDb db, Passwords passwords, Tokens tokens, LoginThrottle throttle, CancellationToken cancellationToken)
    {
        var (name, password) = await Credentials.ReadAsync(context.Request, cancellationToken);
        var address = context.Connection.RemoteIpAddress;
        if (await throttle.WaitAsync(name, address, cancellationToken) is { } wait && wait > TimeSpan.Zero)
        {
            var seconds = Math.Ceiling(wait.TotalSeconds);
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return new ApiError(StatusCodes.Status429TooManyRequests, $"登录失败次数过多，请在{seconds}秒后重试。");
        }

        var user = CanBeName(name) ? await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Name == name, cancellationToken) : null;
        if (!passwords.Verify(user, password))
        {
            await throttle.ChargeAsync(name, address, cancellationToken);
            return TypedResults.Ok(new LoginAnswer(Refused, "用户名或密码错误"));
        }

        await throttle.ForgiveAsync(name, address, cancellationToken);
        return TypedResults.Ok(new LoginAnswer(Welcome, "用户登录成功", await tokens.OpenSessionAsync(user!.Id, cancellationToken)));
    }

    private static async Task<IResult> LogOutAsync(HttpRequest request, Tokens tokens, CancellationToken cancellationToken)
    {
        await tokens.RevokeAsync(AccessToken.Hash(AccessToken.Of(request)!), cancellationToken);
        return TypedResults.NoContent();
    }

    // PostgreSQL has no text with a zero character.
    private static bool CanBeName(string name) => name.Length is > 0 and <= User.MaxNameLength && !name.Contains('\0');
}

/// <summary>The answer to a login; HTTP 200 both ways.</summary>
/// <param name="Code">30000 logged in, 30001 not.</param>
/// <param name="Message">The same in words.</param>
/// <param name="Token">The session token, 40 hex digits; absent where the login failed.</param>
internal sealed record LoginAnswer(
    int Code, string Message, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Token = null);
