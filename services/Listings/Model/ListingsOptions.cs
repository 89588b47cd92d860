using System.ComponentModel.DataAnnotations;

namespace EmptyNumber.Listings.Model;

/// <summary>Section <c>Listings</c>.</summary>
internal sealed class ListingsOptions
{
    /// <summary>IANA name of the time zone whose days count.</summary>
    [Required]
    public string TimeZone { get; init; } = "Asia/Shanghai";

    /// <summary>The token of an API customer, with which telephones of agents are checked; none are checked without.</summary>
    public string? ServiceToken { get; init; }

    /// <summary>The day of a moment, there.</summary>
    public DateOnly DayOf(DateTimeOffset moment) =>
        DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, TimeZoneInfo.FindSystemTimeZoneById(TimeZone)).DateTime);
}
