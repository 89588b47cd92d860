namespace EmptyNumber.ServiceDefaults.Recordings;

/// <summary>What a store is for. Each kind has a place of its own, and so nobody removes what is another's.</summary>
/// <param name="Section">The section of the configuration that names the place.</param>
/// <param name="Extension">What names of files and objects end with.</param>
/// <param name="MediaType">What a bucket is told that they are.</param>
public sealed record StoreKind(string Section, string Extension, string MediaType)
{
    /// <summary>Recordings of calls.</summary>
    public static StoreKind Recordings { get; } = new("Recordings", ".wav", "audio/wav");

    internal string FileName(string id) => id + Extension;

    /// <summary>The id of what has this name; null where it is of another kind.</summary>
    internal string? FromFileName(string name) =>
        name.EndsWith(Extension, StringComparison.Ordinal) && name[..^Extension.Length] is var id && RecordingId.IsValid(id) ? id : null;
}
