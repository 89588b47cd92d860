using System.ComponentModel.DataAnnotations;

namespace EmptyNumber.ServiceDefaults.Recordings;

/// <summary>Section <c>Recordings</c>: where recordings are, either a folder or an S3 bucket, and for how long.</summary>
public sealed class RecordingOptions : IValidatableObject
{
    /// <summary>A folder that all who write and read recordings share.</summary>
    public string? Path { get; init; }

    /// <summary>A bucket, in place of the folder.</summary>
    public S3Options? S3 { get; init; }

    /// <summary>How long a recording is kept after it was saved last; at least a day, which calls under way may need it.</summary>
    public TimeSpan KeepFor { get; init; } = TimeSpan.FromDays(90);

    /// <summary>The oldest beyond so many bytes in all are removed sooner, though none within its first day; no limit where null.</summary>
    [Range(0, long.MaxValue)]
    public long? MaxBytes { get; init; }

    /// <summary>Whether the coordinator removes what is not kept any longer; off where a lifecycle rule of the bucket does.</summary>
    public bool Sweep { get; init; } = true;

    /// <summary>The pause between two sweeps.</summary>
    public TimeSpan SweepInterval { get; init; } = TimeSpan.FromHours(1);

    internal StoreKind Kind { get; set; } = StoreKind.Recordings;

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Path is null == S3 is null)
            yield return new($"{Kind.Section}: configure either Path, a folder, or S3, a bucket.");
        if (KeepFor < RecordingRetention.Grace)
            yield return new($"{Kind.Section}:KeepFor: at least {RecordingRetention.Grace}.");
        if (SweepInterval < TimeSpan.FromSeconds(1))
            yield return new($"{Kind.Section}:SweepInterval: at least a second.");
        foreach (var problem in S3?.Problems(Kind.Section) ?? [])
            yield return new(problem);
    }
}

/// <summary>Section <c>Recordings:S3</c>: a bucket of S3 or of a server that speaks as S3 does.</summary>
public sealed class S3Options
{
    private static readonly TimeSpan ShortestTimeout = TimeSpan.FromSeconds(1);

    /// <summary>The server, <c>http</c> or <c>https</c>; buckets are addressed by path.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The bucket; it has to be there.</summary>
    public string? Bucket { get; init; }

    public string? AccessKey { get; init; }

    public string? SecretKey { get; init; }

    /// <summary>The region that requests are signed for.</summary>
    public string Region { get; init; } = "us-east-1";

    /// <summary>How long one operation may take, its repetitions included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>What is wrong with it, in words.</summary>
    internal IEnumerable<string> Problems(string section)
    {
        if (!Uri.TryCreate(Endpoint, UriKind.Absolute, out var endpoint) || endpoint.Scheme is not ("http" or "https"))
            yield return $"{section}:S3:Endpoint: an absolute http or https address, not '{Endpoint}'.";
        foreach (var (name, value) in new[] { (nameof(Bucket), Bucket), (nameof(AccessKey), AccessKey), (nameof(SecretKey), SecretKey) })
        {
            if (string.IsNullOrWhiteSpace(value))
                yield return $"{section}:S3:{name} is missing.";
        }

        if (Timeout < ShortestTimeout)
            yield return $"{section}:S3:Timeout: at least {ShortestTimeout}.";
    }
}
