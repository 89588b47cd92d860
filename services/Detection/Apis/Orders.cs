using System.Diagnostics.CodeAnalysis;
using System.Security.Claims;
using System.Text.Json;
using EmptyNumber.Contracts;
using EmptyNumber.Detection.Infrastructure;
using EmptyNumber.ServiceDefaults.Authentication;
using EmptyNumber.ServiceDefaults.Errors;

namespace EmptyNumber.Detection.Apis;

/// <summary>The optional parameters of a submission, the same for a list and for a file.</summary>
internal static class Orders
{
    private const double DefaultMaxAgeHours = 24;
    private const double MaxMaxAgeHours = 24 * 365;
    private const int MaxUrlLength = 2000;

    /// <summary>Reads the parameters of a JSON body; undefined and null are absent.</summary>
    public static bool TryRead(
        ClaimsPrincipal user, JsonElement priority, JsonElement maxAgeHours, JsonElement callbackUrl,
        [NotNullWhen(true)] out Order? order, [NotNullWhen(false)] out ApiError? problem) =>
        TryRead(user, Text(priority), Text(maxAgeHours), Text(callbackUrl), out order, out problem);

    /// <summary>Reads the parameters as text; null is absent.</summary>
    public static bool TryRead(
        ClaimsPrincipal user, string? priority, string? maxAgeHours, string? callbackUrl,
        [NotNullWhen(true)] out Order? order, [NotNullWhen(false)] out ApiError? problem)
    {
        order = null;
        problem = null;
        var hours = DefaultMaxAgeHours;
        Priority? level = priority switch
        {
            null or "normal" => Priority.Normal,
            "low" => Priority.Low,
            "high" => Priority.High,
            _ => null,
        };
        if (level is null)
            problem = ApiError.BadRequest("priority: one of low, normal, high");
        else if (maxAgeHours is not null && (!double.TryParse(maxAgeHours, out hours) || !(hours is >= 0 and <= MaxMaxAgeHours)))
            problem = ApiError.BadRequest($"max_age_hours: a number from 0 (always dial) to {MaxMaxAgeHours}");
        else if (callbackUrl is not null && !IsCallback(callbackUrl))
            problem = ApiError.BadRequest($"callback_url: an absolute http or https address of at most {MaxUrlLength} characters, without user and password");
        else
            order = new Order(user.UserId(), user.Identity?.Name ?? "", level.Value, TimeSpan.FromHours(hours), callbackUrl);
        return order is not null;
    }

    private static bool IsCallback(string text) =>
        text.Length <= MaxUrlLength && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0;

    private static string? Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Undefined or JsonValueKind.Null => null,
        JsonValueKind.String => value.GetString(),
        _ => value.GetRawText(),
    };
}
