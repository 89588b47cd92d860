using System.ComponentModel.DataAnnotations;

namespace EmptyNumber.AudioClassifier.Model;

/// <summary>Section <c>Unknown</c>: what becomes of recordings that nothing matched.</summary>
public sealed class UnknownOptions
{
    private static readonly TimeSpan[] Defaults = [TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(6)];

    /// <summary>How long one is kept when nobody says what it is. Default 30 days.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan KeepFor { get; set; } = TimeSpan.FromDays(30);

    /// <summary>
    /// How many groups of a single recording are compared with, the youngest: people who answer found one each. Default 1,000, about 80 kB
    /// of memory each.
    /// </summary>
    [Range(1, 20_000)]
    public int LoneGroups { get; set; } = 1_000;

    /// <summary>When a recording without a place, or alone in its group, is compared with the others again. Default after 10 minutes, 1 hour and 6 hours.</summary>
    /// <remarks>No initial value: what is configured would be appended to it.</remarks>
    public IReadOnlyList<TimeSpan>? TryAgainAfter { get; set; }

    /// <summary>The pauses in force.</summary>
    internal IReadOnlyList<TimeSpan> Pauses => TryAgainAfter ?? Defaults;
}
