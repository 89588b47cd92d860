using System.Globalization;
using EmptyNumber.DialerCoordinator.Model;

namespace EmptyNumber.DialerCoordinator.Tests;

public sealed class CallingHoursTests
{
    [Theory]
    [InlineData("08:00-21:00", "07:59", false)]
    [InlineData("08:00-21:00", "08:00", true)]
    [InlineData("08:00-21:00", "20:59", true)]
    [InlineData("08:00-21:00", "21:00", false)]
    [InlineData("08:00-12:00, 14:00-21:00", "13:00", false)]
    [InlineData("08:00-12:00, 14:00-21:00", "14:00", true)]
    [InlineData("22:00-02:00", "23:59", true)]
    [InlineData("22:00-02:00", "00:00", true)]
    [InlineData("22:00-02:00", "01:59", true)]
    [InlineData("22:00-02:00", "02:00", false)]
    [InlineData("22:00-02:00", "21:59", false)]
    [InlineData("18:00-24:00", "23:59", true)]
    [InlineData("18:00-24:00", "00:00", false)]
    [InlineData("", "03:00", true)]
    public void A_window_is_open_from_its_first_minute_to_before_its_last(string hours, string localTime, bool isOpen) =>
        Of(hours, "Asia/Shanghai").IsOpen(At($"2026-06-01T{localTime}:00+08:00")).ShouldBe(isOpen);

    [Theory]
    [InlineData("08:00-21:00", "Asia/Shanghai", "2026-06-01T12:00:30+08:00", "2026-06-01T21:00:00+08:00")]
    [InlineData("08:00-21:00", "Asia/Shanghai", "2026-06-01T21:00:00+08:00", "2026-06-02T08:00:00+08:00")]
    [InlineData("22:00-02:00", "Asia/Shanghai", "2026-06-01T23:30:00+08:00", "2026-06-02T02:00:00+08:00")]
    // The clock leaps from 02:00 to 03:00, and goes back from 03:00 to 02:00.
    [InlineData("02:30-04:00", "Europe/Berlin", "2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00")]
    [InlineData("08:00-21:00", "Europe/Berlin", "2026-10-25T00:00:00+02:00", "2026-10-25T08:00:00+01:00")]
    [InlineData("00:00-24:00", "Asia/Shanghai", "2026-06-01T12:00:00+08:00", null)]
    [InlineData("", "Asia/Shanghai", "2026-06-01T12:00:00+08:00", null)]
    public void The_next_change_is_found_whatever_the_clock_does(string hours, string zone, string now, string? change) =>
        Of(hours, zone).NextChange(At(now)).ShouldBe(change is null ? null : At(change));

    [Theory]
    [InlineData("Asia/Shanghai", "2026-06-01T23:59:59+08:00", "2026-06-01T00:00:00+08:00", "2026-06-02T00:00:00+08:00")]
    [InlineData("Asia/Shanghai", "2026-06-02T00:00:00+08:00", "2026-06-02T00:00:00+08:00", "2026-06-03T00:00:00+08:00")]
    [InlineData("Asia/Shanghai", "2026-06-01T16:30:00Z", "2026-06-02T00:00:00+08:00", "2026-06-03T00:00:00+08:00")]
    // A day of 23 hours and one of 25, and one that begins at 01:00.
    [InlineData("Europe/Berlin", "2026-03-29T12:00:00+02:00", "2026-03-29T00:00:00+01:00", "2026-03-30T00:00:00+02:00")]
    [InlineData("Europe/Berlin", "2026-10-25T12:00:00+01:00", "2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00")]
    [InlineData("America/Santiago", "2026-09-06T12:00:00-03:00", "2026-09-06T01:00:00-03:00", "2026-09-07T00:00:00-03:00")]
    public void A_day_begins_at_midnight_of_the_zone(string zone, string now, string start, string next)
    {
        var hours = Of("", zone);

        hours.StartOfDay(At(now)).ShouldBe(At(start));
        hours.StartOfNextDay(At(now)).ShouldBe(At(next));
    }

    [Theory]
    [InlineData("8-21")]
    [InlineData("08:00")]
    [InlineData("08:00-08:00")]
    [InlineData("24:00-02:00")]
    [InlineData("08:00-25:00")]
    [InlineData("08:00-12:00; 14:00-21:00")]
    public void What_is_no_window_is_refused(string hours) => CallingHours.TryParse(hours, TimeZoneInfo.Utc, out _).ShouldBeFalse();

    private static CallingHours Of(string hours, string zone) => CallingHours.Of(new CallingRules { Hours = hours, TimeZone = zone });

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
