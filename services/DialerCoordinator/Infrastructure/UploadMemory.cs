using EmptyNumber.DialerCoordinator.Model;
using Microsoft.Extensions.Options;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>Room in memory for so many uploads at once. A sender that is slow takes none: its body has arrived before.</summary>
internal sealed class UploadMemory(IOptions<FleetOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _rooms = new(options.Value.UploadsInMemory);
    private int _waiting;

    /// <summary>Uploads that have arrived and wait for room.</summary>
    public int Waiting => _waiting;

    /// <summary>Waits for room; disposing of it gives it back.</summary>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await _rooms.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        return new Room(_rooms);
    }

    public void Dispose() => _rooms.Dispose();

    private sealed class Room(SemaphoreSlim rooms) : IDisposable
    {
        public void Dispose() => rooms.Release();
    }
}
