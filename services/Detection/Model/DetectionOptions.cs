using System.ComponentModel.DataAnnotations;

namespace EmptyNumber.Detection.Model;

/// <summary>Section <c>Detection</c>.</summary>
public sealed class DetectionOptions
{
    /// <summary>Numbers in one request.</summary>
    [Range(1, 10_000_000)]
    public int MaxNumbersPerRequest { get; init; } = 100_000;

    /// <summary>IANA name of the time zone in which customers mean their dates.</summary>
    [Required]
    public string TimeZone { get; init; } = "Asia/Shanghai";
}
