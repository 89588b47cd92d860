using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using EmptyNumber.ServiceDefaults.Recordings;
using EmptyNumber.TestSupport;

namespace EmptyNumber.Listings.Tests;

/// <summary>Images as a bucket has them: what is told to go goes, whoever has saved it again meanwhile. A test may stop it at each step.</summary>
internal sealed class Bucket(TimeProvider time) : IRecordingStore
{
    private readonly ConcurrentDictionary<string, (byte[] Content, DateTimeOffset SavedAt)> _images = new();

    /// <summary>Behind it an image is listed, as it was before.</summary>
    public Gate Listed { get; } = new();

    /// <summary>Behind it the caller hears that an image is saved, which it is before.</summary>
    public Gate Saved { get; } = new();

    /// <summary>Behind it images are removed.</summary>
    public Gate Removing { get; } = new();

    /// <summary>When the images were listed last.</summary>
    public DateTimeOffset ListedAt { get; private set; }

    public bool IsEmpty => _images.IsEmpty;

    public async Task<string> SaveAsync(ReadOnlyMemory<byte> recording, CancellationToken cancellationToken)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(recording.Span));
        _images[id] = (recording.ToArray(), time.GetUtcNow());
        await Saved.PassAsync(cancellationToken);
        return id;
    }

    public Task<byte[]?> ReadAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(_images.TryGetValue(id, out var image) ? image.Content : null);

    public async IAsyncEnumerable<IReadOnlyList<StoredRecording>> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        List<StoredRecording> page = [.. _images.Select(image => new StoredRecording(image.Key, image.Value.Content.Length, image.Value.SavedAt))];
        ListedAt = time.GetUtcNow();
        await Listed.PassAsync(cancellationToken);
        yield return page;
    }

    public async Task<int> RemoveAsync(IReadOnlyList<StoredRecording> recordings, CancellationToken cancellationToken)
    {
        await Removing.PassAsync(cancellationToken);
        return recordings.Count(recording => _images.TryRemove(recording.Id, out _));
    }

    public Task TidyAsync(DateTimeOffset before, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task VerifyAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Stops whoever comes to it while it is closed.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isClosed;

    /// <summary>Ends when somebody stands before it.</summary>
    public Task Reached => _reached.Task.WaitAsync(Eventually.Deadline);

    public void Close() => _isClosed = true;

    public void Open() => _open.SetResult();

    public Task PassAsync(CancellationToken cancellationToken)
    {
        if (!_isClosed)
            return Task.CompletedTask;
        _reached.TrySetResult();
        return _open.Task.WaitAsync(cancellationToken);
    }
}
