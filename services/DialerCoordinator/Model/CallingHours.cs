using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace EmptyNumber.DialerCoordinator.Model;

/// <summary>When people may be called, and when their days begin, in their own time zone.</summary>
public sealed class CallingHours
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly TimeZoneInfo _zone;
    private readonly Window[] _windows;

    private CallingHours(TimeZoneInfo zone, Window[] windows)
    {
        _zone = zone;
        _windows = windows;
    }

    /// <summary>The hours of validated rules.</summary>
    public static CallingHours Of(CallingRules rules) =>
        TryParse(rules.Hours, TimeZoneInfo.FindSystemTimeZoneById(rules.TimeZone), out var hours)
            ? hours
            : throw new FormatException($"'{rules.Hours}' are no calling hours.");

    /// <summary>Reads windows as <see cref="CallingRules.Hours"/> has them.</summary>
    public static bool TryParse(string text, TimeZoneInfo zone, [NotNullWhen(true)] out CallingHours? hours)
    {
        var windows = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Window.Parse).ToArray();
        hours = windows.Contains(null) ? null : new CallingHours(zone, windows!);
        return hours is not null;
    }

    /// <summary>Whether numbers may be dialled at this moment.</summary>
    public bool IsOpen(DateTimeOffset moment) =>
        _windows is [] || Array.Exists(_windows, window => window.Has(TimeZoneInfo.ConvertTime(moment, _zone).TimeOfDay));

    /// <summary>When that changes next; null where it never does within a week.</summary>
    public DateTimeOffset? NextChange(DateTimeOffset moment)
    {
        // Windows and changes of the clock happen at whole minutes, so looking at each is exact, whatever the zone does.
        var isOpen = IsOpen(moment);
        var first = new DateTimeOffset(moment.UtcTicks - moment.UtcTicks % Minute.Ticks, TimeSpan.Zero) + Minute;
        for (var next = first; _windows is not [] && next < first + 7 * Day; next += Minute)
        {
            if (IsOpen(next) != isOpen)
                return next;
        }

        return null;
    }

    /// <summary>The first moment of the day that a moment lies in.</summary>
    public DateTimeOffset StartOfDay(DateTimeOffset moment) => StartOf(DateOfLocal(moment));

    /// <summary>The first moment of the day after it.</summary>
    public DateTimeOffset StartOfNextDay(DateTimeOffset moment) => StartOf(DateOfLocal(moment).AddDays(1));

    private DateOnly DateOfLocal(DateTimeOffset moment) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, _zone).DateTime);

    /// <summary>Midnight; where the clock leaps over it, the first minute after; where the clock shows it twice, the first.</summary>
    private DateTimeOffset StartOf(DateOnly date)
    {
        var local = date.ToDateTime(TimeOnly.MinValue);
        while (_zone.IsInvalidTime(local))
            local += Minute;
        var offset = _zone.IsAmbiguousTime(local) ? _zone.GetAmbiguousTimeOffsets(local).Max() : _zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    private sealed record Window(TimeSpan From, TimeSpan To)
    {
        public static Window? Parse(string text) =>
            text.Split('-') is [var from, var to] && TryTime(from, out var begin) && TryTime(to, out var end) && begin != end && begin < Day
                ? new Window(begin, end)
                : null;

        public bool Has(TimeSpan time) => From < To ? From <= time && time < To : time >= From || time < To;

        private static bool TryTime(string text, out TimeSpan time)
        {
            time = Day;
            return text.Trim() == "24:00" || TimeSpan.TryParseExact(text.Trim(), @"hh\:mm", CultureInfo.InvariantCulture, out time);
        }
    }
}
