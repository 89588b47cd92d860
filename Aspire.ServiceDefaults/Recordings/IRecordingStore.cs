namespace EmptyNumber.ServiceDefaults.Recordings;

/// <summary>Recordings, each stored once: a recording's id is the SHA-256 of its bytes.</summary>
public interface IRecordingStore
{
    /// <summary>Stores a recording; one that stands already is left alone.</summary>
    /// <returns>Its id, 64 lower-case hex digits. When this returns, the recording survives a crash.</returns>
    Task<string> SaveAsync(ReadOnlyMemory<byte> recording, CancellationToken cancellationToken);

    /// <summary>Reads a recording whole.</summary>
    /// <returns>Its bytes; null when there is none with this id.</returns>
    Task<byte[]?> ReadAsync(string id, CancellationToken cancellationToken);
}
