using System.ComponentModel.DataAnnotations;

namespace EmptyNumber.Detection.Model;

/// <summary>Section <c>Detection</c>.</summary>
public sealed class DetectionOptions
{
    /// <summary>Numbers in one request.</summary>
    [Range(1, 10_000_000)]
    public int MaxNumbersPerRequest { get; init; } = 100_000;

    /// <summary>Lines in one uploaded file.</summary>
    [Range(1, 100_000_000)]
    public int MaxLinesPerFile { get; init; } = 1_000_000;

    /// <summary>IANA name of the time zone in which customers mean their dates.</summary>
    [Required]
    public string TimeZone { get; init; } = "Asia/Shanghai";

    /// <summary>How long an idempotency key is remembered.</summary>
    public TimeSpan IdempotencyWindow { get; init; } = TimeSpan.FromHours(24);

    /// <summary>What every user may do, unless <see cref="UserLimits"/> says otherwise.</summary>
    [Required]
    public UserLimits Limits { get; init; } = new();

    /// <summary>What single users may do, by user name.</summary>
    [Required]
    public Dictionary<string, UserLimits> UserLimits { get; init; } = [];

    /// <summary>The zone itself.</summary>
    public TimeZoneInfo Zone => TimeZoneInfo.FindSystemTimeZoneById(TimeZone);

    /// <summary>What a user may do.</summary>
    public UserLimits LimitsOf(string user) => UserLimits.GetValueOrDefault(user, Limits);
}

/// <summary>What one user may do.</summary>
public sealed class UserLimits
{
    /// <summary>Numbers submitted on one day, in the service's time zone.</summary>
    [Range(1, long.MaxValue)]
    public long NumbersPerDay { get; init; } = 20_000_000;

    /// <summary>Numbers without a final state at any time.</summary>
    [Range(1, long.MaxValue)]
    public long OpenNumbers { get; init; } = 10_000_000;
}
