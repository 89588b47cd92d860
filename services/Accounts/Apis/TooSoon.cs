using System.Globalization;
using EmptyNumber.ServiceDefaults.Errors;

namespace EmptyNumber.Accounts.Apis;

/// <summary>Refusing who comes too often.</summary>
internal static class TooSoon
{
    /// <summary>429 with <c>Retry-After</c>.</summary>
    /// <param name="response">The response, which gets the header.</param>
    /// <param name="wait">How long to wait; told in whole seconds.</param>
    /// <param name="why">In words, to which the seconds are added.</param>
    public static ApiError RefuseFor(this HttpResponse response, TimeSpan wait, string why)
    {
        var seconds = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        response.Headers.RetryAfter = seconds;
        return new ApiError(StatusCodes.Status429TooManyRequests, $"{why}，请在{seconds}秒后重试。");
    }
}
