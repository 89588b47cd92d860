using System.ComponentModel.DataAnnotations;

namespace EmptyNumber.Detection.Model;

/// <summary>Section <c>Webhooks</c>: how the end of a task is told.</summary>
public sealed class WebhookOptions : IValidatableObject
{
    private const double Growth = 1.5;
    private const double Jitter = 0.1;

    private static readonly TimeSpan LongestFirstPause = TimeSpan.FromSeconds(30);

    /// <summary>How often a delivery is tried before it is given up, 12 to 100. Default 20.</summary>
    [Range(12, 100)]
    public int Tries { get; init; } = 20;

    /// <summary>From the first try to the last, about. Default 24 h.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")]
    public TimeSpan Window { get; init; } = TimeSpan.FromHours(24);

    /// <summary>One try, from looking up the host to the head of its answer. Default 10 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:05:00")]
    public TimeSpan TryLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Deliveries under way at once in one process. Default 100.</summary>
    [Range(1, 10_000)]
    public int Parallel { get; init; } = 100;

    /// <summary>Deliveries of one user under way at once in one process, so that slow receivers hold up their owner alone. Default 4.</summary>
    [Range(1, 10_000)]
    public int ParallelPerUser { get; init; } = 4;

    /// <summary>How long a delivery that was given up is kept for whoever looks into it. Default 30 days.</summary>
    [Range(typeof(TimeSpan), "1.00:00:00", "3650.00:00:00")]
    public TimeSpan KeepGivenUp { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Whether receivers may be in private networks and on this machine: for tests. Default false.</summary>
    public bool AllowPrivateNetworks { get; init; }

    /// <summary>
    /// How long to wait after a failed try. Each pause is half as long again as the one before; all of them together make the
    /// <see cref="Window"/>. Spread by 10 % to either side, so that what failed together does not come back together.
    /// </summary>
    /// <param name="tries">How often it was tried, from 1.</param>
    /// <returns>Null after the last try.</returns>
    public TimeSpan? PauseAfter(int tries) =>
        tries >= Tries ? null : FirstPause * Math.Pow(Growth, tries - 1) * (1 + (Jitter * ((2 * Random.Shared.NextDouble()) - 1)));

    // The sum of a geometric series, solved for its first member.
    private TimeSpan FirstPause => Window * ((Growth - 1) / (Math.Pow(Growth, Tries - 1) - 1));

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (FirstPause * (1 + Jitter) > LongestFirstPause)
            yield return new ValidationResult($"Webhooks: the first pause would be {FirstPause}, over 30 s; take more Tries or a shorter Window.", [nameof(Tries), nameof(Window)]);
    }
}
