using System.Security.Cryptography;
using EmptyNumber.ServiceDefaults.Recordings;
using EmptyNumber.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EmptyNumber.DialerCoordinator.Tests;

/// <summary>A store that keeps nothing, is done with nothing until it is opened, and knows how many were there at once.</summary>
internal sealed class ShutStore : IRecordingStore
{
    private readonly TaskCompletionSource _opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private int _now;

    /// <summary>The most at once until now.</summary>
    public int Most { get; private set; }

    public void Open() => _opened.SetResult();

    public void Replace(IServiceCollection services) => services.Replace(ServiceDescriptor.Singleton<IRecordingStore>(this));

    public async Task<string> SaveAsync(ReadOnlyMemory<byte> recording, CancellationToken cancellationToken)
    {
        lock (_lock)
            Most = Math.Max(Most, ++_now);
        await _opened.Task.WaitAsync(Eventually.Deadline, cancellationToken);
        lock (_lock)
            _now--;
        return Convert.ToHexStringLower(SHA256.HashData(recording.Span));
    }

    public Task<byte[]?> ReadAsync(string id, CancellationToken cancellationToken) => Task.FromResult<byte[]?>(null);

    public IAsyncEnumerable<IReadOnlyList<StoredRecording>> ListAsync(CancellationToken cancellationToken) => AsyncEnumerable.Empty<IReadOnlyList<StoredRecording>>();

    public Task<int> RemoveAsync(IReadOnlyList<StoredRecording> recordings, CancellationToken cancellationToken) => Task.FromResult(0);

    public Task TidyAsync(DateTimeOffset before, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task VerifyAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
