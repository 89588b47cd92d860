using System.ComponentModel.DataAnnotations;

namespace EmptyNumber.Dialer;

/// <summary>Settings of one dialer process, configuration section <c>Dialer</c>.</summary>
public sealed class DialerOptions
{
    /// <summary>The name of the configuration section.</summary>
    public const string Section = "Dialer";

    /// <summary>Where the gateway answers; <c>services:gateway:http:0</c> where this is not set.</summary>
    [Required(ErrorMessage = "No gateway: set Dialer:Gateway or services:gateway:http:0 to its address, such as http://localhost:8000.")]
    public Uri? Gateway { get; set; }

    /// <summary>Calls at a time, each on an extension of its own; 1 to 1000. Default 20.</summary>
    [Range(1, 1000)]
    public int Lines { get; set; } = 20;

    /// <summary>How many times faster than real time the simulated calls go, above 0 to 10,000. Default 20.</summary>
    [Range(0.01, 10_000)]
    public double Pace { get; set; } = 20;

    /// <summary>The name that operators see beside this dialer, at most 100 characters. The machine's name by default.</summary>
    [Required, StringLength(100)]
    public string Name { get; set; } = Environment.MachineName;

    /// <summary>A token with the role <c>dialer</c>; needed outside the trusted networks only.</summary>
    public string? Token { get; set; }

    /// <summary>
    /// Makes the simulated carrier repeat itself: what the n-th call to a number sounds like then depends on the seed,
    /// the number and n alone. Random where this is not set.
    /// </summary>
    public int? Seed { get; set; }
}
