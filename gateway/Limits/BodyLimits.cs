using System.ComponentModel.DataAnnotations;

namespace EmptyNumber.Gateway.Limits;

/// <summary>Section <c>BodyLimits</c>: the largest request bodies. What is larger is answered 413.</summary>
internal sealed class BodyLimits
{
    private const int Mega = 1 << 20;

    /// <summary>Where nothing else is said. Default 1 MiB.</summary>
    [Range(1024, int.MaxValue)]
    public int DefaultBytes { get; set; } = Mega;

    /// <summary>A list of numbers as JSON or CSV. Default 16 MiB.</summary>
    [Range(1024, int.MaxValue)]
    public int NumbersBytes { get; set; } = 16 * Mega;

    /// <summary>A file of numbers. Default 64 MiB.</summary>
    [Range(1024, int.MaxValue)]
    public int NumberFileBytes { get; set; } = 64 * Mega;

    /// <summary>A recording. Default 10 MiB, and 64 KiB for the multipart form around it.</summary>
    [Range(1024, int.MaxValue)]
    public int RecordingBytes { get; set; } = 10 * Mega + 64 * 1024;

    /// <summary>A photo of a house. Default 5 MiB, and 64 KiB for the multipart form around it.</summary>
    [Range(1024, int.MaxValue)]
    public int PhotoBytes { get; set; } = 5 * Mega + 64 * 1024;

    /// <summary>Test SIMs or verification codes. Default 10 MiB.</summary>
    [Range(1024, int.MaxValue)]
    public int PhonesBytes { get; set; } = 10 * Mega;

    /// <summary>A pack of announcements. Default 256 MiB.</summary>
    [Range(1024, int.MaxValue)]
    public int PackBytes { get; set; } = 256 * Mega;
}
