using EmptyNumber.DialerCoordinator.Model;
using Microsoft.Extensions.Options;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>Room in memory for so many uploads at once. A sender that is slow takes none: its body has arrived before.</summary>
internal sealed class UploadMemory(IOptions<FleetOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _rooms = new(options.Value.UploadsInMemory);

    /// <summary>Waits for room; disposing of it gives it back.</summary>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        await _rooms.WaitAsync(cancellationToken);
        return new Room(_rooms);
    }

    public void Dispose() => _rooms.Dispose();

    private sealed class Room(SemaphoreSlim rooms) : IDisposable
    {
        public void Dispose() => rooms.Release();
    }
}
