using System.ComponentModel.DataAnnotations;

namespace EmptyNumber.PhonePool.Model;

/// <summary>Section <c>PhonePool</c> of the configuration.</summary>
internal sealed class PhonePoolOptions
{
    /// <summary>How long an app that was handed a mobile may fetch its codes. Default 30 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan HandOutLifetime { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>How long a code waits to be fetched. Default 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "365.00:00:00")]
    public TimeSpan CodeLifetime { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Mobiles or codes in one answer; who asks for more asks again. Default 10,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxItemsPerAnswer { get; set; } = 10_000;

    /// <summary>Requests that wait for codes in one process; what is more is answered at once. Default 5,000.</summary>
    [Range(0, 1_000_000)]
    public int MaxWaitingRequests { get; set; } = 5_000;

    /// <summary>How often what has expired is deleted; it is out of force before. Default one minute.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan SweepInterval { get; set; } = TimeSpan.FromMinutes(1);
}
