using System.Text.RegularExpressions;
using EmptyNumber.Accounts.Infrastructure;
using EmptyNumber.ServiceDefaults.Authentication;

namespace EmptyNumber.Accounts.Apis;

/// <summary>Sending verification codes (短信验证码).</summary>
internal static partial class MobileCodeApi
{
    private static readonly CodeAnswer BadNumber = new(10003, "请提供有效的手机号");

    public static void MapMobileCodeApi(this IEndpointRouteBuilder api) =>
        api.MapGet("/mobile_code/{tel}", SendAsync).WithTags("Login").WithName("SendMobileCode")
            .WithSummary("Send a verification code of six digits to a mobile number of mainland China, without a country code")
            .WithDescription("10001 sent; 10002 less than 60 s after the one before; 10003 no such number; 10004 the provider failed, and the 60 s are not begun.")
            .Produces<CodeAnswer>();

    private static async Task<IResult> SendAsync(string tel, HttpContext context, MobileCodes codes, CancellationToken cancellationToken)
    {
        if (!DomesticMobile().IsMatch(tel))
            return TypedResults.Ok(BadNumber);
        var address = context.IsTrustedPeer() ? null : context.Connection.RemoteIpAddress;
        var sending = await codes.SendAsync(tel, address, cancellationToken);
        return sending.Result switch
        {
            CodeSendingResult.Sent => TypedResults.Ok(new CodeAnswer(10001, "短信验证码发送成功")),
            CodeSendingResult.TooSoon => TypedResults.Ok(new CodeAnswer(10002, "请不要在60秒以内重复发送手机验证码")),
            CodeSendingResult.Unavailable => TypedResults.Ok(new CodeAnswer(10004, "短信服务暂时无法使用")),
            _ => context.Response.RefuseFor(sending.Wait, "请求短信验证码的手机号过多"),
        };
    }

    [GeneratedRegex(@"\A1[3-9][0-9]{9}\z")]
    private static partial Regex DomesticMobile();
}

/// <summary>What came of a verification code; HTTP 200 in any case.</summary>
/// <param name="Code">10001 to 10004.</param>
/// <param name="Msg">The same in words.</param>
internal sealed record CodeAnswer(int Code, string Msg);
