using System.Globalization;
using EmptyNumber.Contracts;
using EmptyNumber.ServiceDefaults.Http;

namespace EmptyNumber.Detection.Apis;

/// <summary>The filters of lists of tasks and records.</summary>
internal sealed class Query(IQueryCollection query) : QueryReader(query)
{
    private const int MaxLimit = 1_000_000;

    /// <summary>Digits that a number contains.</summary>
    public string? Digits(string name) => Digits(name, PhoneNumber.Length);

    /// <summary>The size of a page.</summary>
    public int? Limit(string name) => Limit(name, MaxLimit);

    /// <summary>A number state.</summary>
    public NumberState? State(string name) =>
        Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var state) && Enum.IsDefined((NumberState)state) ? (NumberState)state
        : Bad<NumberState?>($"{name}: one of {string.Join(", ", NumberStates.All.Select(known => (int)known))}");
}
