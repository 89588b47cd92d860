using System.ComponentModel.DataAnnotations;

namespace EmptyNumber.DialerCoordinator.Model;

/// <summary>
/// Section <c>CallingRules</c>: calls that respect people. Enforced whenever a number is assigned, for those queued already
/// as well; what is held back goes on when it may. A call that was never begun counts for none of the limits.
/// </summary>
public sealed class CallingRules : IValidatableObject
{
    /// <summary>IANA name of the time zone in which hours and days are meant.</summary>
    [Required]
    public string TimeZone { get; init; } = "Asia/Shanghai";

    /// <summary>
    /// When numbers are assigned, in <see cref="TimeZone"/>: windows such as <c>08:00-12:00, 14:00-21:00</c>, each from its first
    /// minute to before its last; one may cross midnight (<c>22:00-02:00</c>). Empty: at any time.
    /// </summary>
    [Required(AllowEmptyStrings = true)]
    public string Hours { get; init; } = "08:00-21:00";

    /// <summary>Calls to a number before it ends with what is known by then, whatever the retry policy says; 0 for no limit.</summary>
    [Range(0, 1000)]
    public int AttemptsPerNumber { get; init; } = 8;

    /// <summary>Calls to a number on one day in <see cref="TimeZone"/>, for all tasks together; 0 for no limit.</summary>
    [Range(0, 1000)]
    public int CallsPerNumberADay { get; init; } = 5;

    /// <summary>Calls that an extension makes within any 60 minutes; 0 for no limit.</summary>
    [Range(0, 10_000)]
    public int CallsPerExtensionAnHour { get; init; } = 60;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone, out _))
            yield return new ValidationResult($"CallingRules:TimeZone: '{TimeZone}' is not a time zone of this system.");
        if (!CallingHours.TryParse(Hours, TimeZoneInfo.Utc, out _))
            yield return new ValidationResult($"CallingRules:Hours: '{Hours}' is not of the form 08:00-12:00, 14:00-21:00 (00:00 to 24:00, no window without a length).");
    }
}

/// <summary>Why a number is held back, as <c>dial_jobs.held_reason</c> has it.</summary>
public static class HeldReason
{
    /// <summary>It is on the do-not-call list: it ends without a call.</summary>
    public const string DoNotCall = "do_not_call";

    /// <summary>It was called as often as it may be at all: it ends with what is known.</summary>
    public const string Attempts = "attempts";

    /// <summary>It was called as often as it may be on one day: it is queued again on the next.</summary>
    public const string CallsADay = "calls_a_day";
}
