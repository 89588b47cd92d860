using System.ComponentModel.DataAnnotations;

namespace EmptyNumber.DialerCoordinator.Model;

/// <summary>Section <c>Fleet</c>: how long each silence of a dialer is borne. All on the wall clock.</summary>
public sealed class FleetOptions : IValidatableObject
{
    /// <summary>A client without a heartbeat for so long is lost: three beats of 5 s.</summary>
    public TimeSpan ClientTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>An assigned number that its extension has not begun to call after so long returns to the queue.</summary>
    public TimeSpan BeginTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A call that has begun and is neither uploaded nor ended after so long has failed (the longest recording is 120 s).</summary>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromSeconds(150);

    /// <summary>After its extension reports idle, a call's recording arrives within this, or the call has failed.</summary>
    public TimeSpan UploadTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A recording without a verdict after so long is sent to the classifier again; twice as long after each time.</summary>
    public TimeSpan ClassifyTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often a recording is sent to the classifier before its call counts as failed.</summary>
    [Range(1, 100)]
    public int ClassifyRequests { get; init; } = 5;

    /// <summary>How often lost clients and passed deadlines are looked for.</summary>
    public TimeSpan WatchInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often the fleet is counted for its metrics.</summary>
    public TimeSpan SampleInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// Resolved jobs with their calls, and tasks that nothing waits for, are deleted after this. An upload or a message that comes
    /// later is not recognised as a repeat. At least 2 days, which the calls of a day may be counted in.
    /// </summary>
    public TimeSpan KeepRows { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Uploads that a replica has in memory at once, each of up to 10 MB; others wait on the disk.</summary>
    [Range(1, 1000)]
    public int UploadsInMemory { get; init; } = 16;

    /// <summary>Demo extensions that <c>migrate</c> creates; 200 in development, none otherwise.</summary>
    [Range(0, 100_000)]
    public int DemoExtensions { get; init; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        foreach (var (name, value) in new[]
        {
            (nameof(ClientTimeout), ClientTimeout), (nameof(BeginTimeout), BeginTimeout), (nameof(CallTimeout), CallTimeout),
            (nameof(UploadTimeout), UploadTimeout), (nameof(ClassifyTimeout), ClassifyTimeout), (nameof(WatchInterval), WatchInterval),
            (nameof(SampleInterval), SampleInterval),
        })
        {
            if (value <= TimeSpan.Zero || value > TimeSpan.FromDays(1))
                yield return new ValidationResult($"Fleet:{name}: more than 0 and at most a day, not {value}.");
        }

        if (KeepRows < TimeSpan.FromDays(2))
            yield return new ValidationResult($"Fleet:KeepRows: at least 2 days, not {KeepRows}.");

        // Between two looks of the watch lies what it takes for a time without Redis.
        if (WatchInterval > ClientTimeout / 5)
            yield return new ValidationResult($"Fleet:WatchInterval: at most a fifth of ClientTimeout ({ClientTimeout}), not {WatchInterval}.");
    }
}
