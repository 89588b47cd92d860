using System.Globalization;
using EmptyNumber.Contracts;
using EmptyNumber.ServiceDefaults.Errors;

namespace EmptyNumber.Detection.Apis;

/// <summary>Reads the filters of lists, and gathers the first thing that is wrong with them. An empty parameter is absent.</summary>
internal sealed class Query(IQueryCollection query)
{
    private const int MaxLimit = 1_000_000;

    /// <summary>The first bad parameter, null where all are good.</summary>
    public ApiError? Problem { get; private set; }

    /// <summary>Digits that a number contains.</summary>
    public string? Digits(string name) =>
        Text(name) is not { } text ? null
        : text.Length <= PhoneNumber.Length && text.All(char.IsAsciiDigit) ? text
        : Bad<string?>($"{name}: up to {PhoneNumber.Length} digits");

    /// <summary>A day.</summary>
    public DateOnly? Day(string name) =>
        Text(name) is not { } text ? null
        : DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1900 and <= 9998 ? day
        : Bad<DateOnly?>($"{name}: a date, YYYY-MM-DD");

    /// <summary>The id after which a page begins.</summary>
    public long? After(string name) =>
        Text(name) is not { } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
        : Bad<long?>($"{name}: an id");

    /// <summary>The size of a page.</summary>
    public int? Limit(string name) =>
        Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= MaxLimit ? limit
        : Bad<int?>($"{name}: 1 to {MaxLimit}");

    /// <summary>A number state.</summary>
    public NumberState? State(string name) =>
        Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var state) && Enum.IsDefined((NumberState)state) ? (NumberState)state
        : Bad<NumberState?>($"{name}: one of {string.Join(", ", NumberStates.All.Select(known => (int)known))}");

    /// <summary>One of these words.</summary>
    public string? OneOf(string name, params string[] words) =>
        Text(name) is not { } text ? null
        : words.Contains(text) ? text
        : Bad<string?>($"{name}: one of {string.Join(", ", words)}");

    private string? Text(string name) => query.TryGetValue(name, out var value) && value.ToString() is { Length: > 0 } text ? text : null;

    private T? Bad<T>(string message)
    {
        Problem ??= ApiError.BadRequest(message);
        return default;
    }
}
