using System.ComponentModel.DataAnnotations;

namespace EmptyNumber.Gateway.Limits;

/// <summary>Section <c>TimeLimits</c>: how long a service may take. What takes longer is answered 504.</summary>
internal sealed class TimeLimits
{
    /// <summary>A whole request, where nothing else is said. Default 30 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan Default { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>A whole request that submits numbers. Default 120 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan Submission { get; set; } = TimeSpan.FromSeconds(120);

    /// <summary>A whole request that waits for verification codes, which it may for 60 s. Default 90 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan CodeWait { get; set; } = TimeSpan.FromSeconds(90);

    /// <summary>Silence within a request of any kind, streams without an end included. Default 120 s.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan Silence { get; set; } = TimeSpan.FromSeconds(120);
}
