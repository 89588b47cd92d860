using EmptyNumber.ServiceDefaults.Errors;

namespace EmptyNumber.ServiceDefaults.Recordings;

/// <summary>Recordings, each stored once: a recording's id is the SHA-256 of its bytes.</summary>
/// <remarks>Every operation throws <see cref="UnavailableException"/> where the store cannot be used now, and has changed nothing by halves then.</remarks>
public interface IRecordingStore
{
    /// <summary>Stores a recording, at most 10 MB; one that stands already counts as new from now on.</summary>
    /// <returns>Its id, 64 lower-case hex digits. When this returns, the recording survives a crash.</returns>
    Task<string> SaveAsync(ReadOnlyMemory<byte> recording, CancellationToken cancellationToken);

    /// <summary>Reads a recording whole.</summary>
    /// <returns>Its bytes; null when there is none with this id, or not any more.</returns>
    Task<byte[]?> ReadAsync(string id, CancellationToken cancellationToken);

    /// <summary>Every recording, in pages of no particular order. What comes or goes meanwhile may be in one of them or not.</summary>
    IAsyncEnumerable<IReadOnlyList<StoredRecording>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Removes recordings of one page as they were listed.</summary>
    /// <returns>How many are gone.</returns>
    Task<int> RemoveAsync(IReadOnlyList<StoredRecording> recordings, CancellationToken cancellationToken);

    /// <summary>Clears away what processes that died left behind.</summary>
    /// <param name="before">Nothing younger than this is theirs.</param>
    /// <param name="cancellationToken">Ends it.</param>
    Task TidyAsync(DateTimeOffset before, CancellationToken cancellationToken);

    /// <summary>Looks, at the start of a process, whether the store is there.</summary>
    /// <exception cref="InvalidOperationException">It is configured wrongly; the message names the setting.</exception>
    Task VerifyAsync(CancellationToken cancellationToken);
}

/// <summary>A recording as it is listed.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="SavedAt">When it was saved last, UTC.</param>
public readonly record struct StoredRecording(string Id, long Bytes, DateTimeOffset SavedAt);
