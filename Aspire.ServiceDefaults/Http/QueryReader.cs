using System.Globalization;
using EmptyNumber.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Http;

namespace EmptyNumber.ServiceDefaults.Http;

/// <summary>Reads the filters of lists, and gathers the first thing that is wrong with them. An empty parameter is absent.</summary>
public class QueryReader(IQueryCollection query)
{
    /// <summary>The first bad parameter, null where all are good.</summary>
    public ApiError? Problem { get; private set; }

    /// <summary>A parameter as it stands.</summary>
    public string? Text(string name) => query.TryGetValue(name, out var value) && value.ToString() is { Length: > 0 } text ? text : null;

    /// <summary>Up to <paramref name="most"/> digits.</summary>
    public string? Digits(string name, int most) =>
        Text(name) is not { } text ? null
        : text.Length <= most && text.All(char.IsAsciiDigit) ? text
        : Bad<string?>($"{name}: up to {most} digits");

    /// <summary>A day.</summary>
    public DateOnly? Day(string name) =>
        Text(name) is not { } text ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1900 and <= 9998 ? day
        : Bad<DateOnly?>($"{name}: a date, YYYY-MM-DD");

    /// <summary>A moment (ISO 8601), in UTC where it names no offset.</summary>
    public DateTimeOffset? Moment(string name) =>
        Text(name) is not { } text ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var moment) ? moment
        : Bad<DateTimeOffset?>($"{name}: a moment such as 2023-06-13T06:47:44Z");

    /// <summary>The id after which a page begins.</summary>
    public long? After(string name) =>
        Text(name) is not { } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
        : Bad<long?>($"{name}: an id");

    /// <summary>The size of a page.</summary>
    public int? Limit(string name, int most) =>
        Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1 && limit <= most ? limit
        : Bad<int?>($"{name}: 1 to {most}");

    /// <summary>One of these words.</summary>
    public string? OneOf(string name, params string[] words) =>
        Text(name) is not { } text ? null
        : words.Contains(text) ? text
        : Bad<string?>($"{name}: one of {string.Join(", ", words)}");

    /// <summary>Notes that a parameter is bad.</summary>
    /// <param name="message">Its name, and what is allowed.</param>
    public T? Bad<T>(string message)
    {
        Problem ??= ApiError.BadRequest(message);
        return default;
    }
}
