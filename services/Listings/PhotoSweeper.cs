using EmptyNumber.Listings.Infrastructure;
using EmptyNumber.ServiceDefaults.Loops;
using EmptyNumber.ServiceDefaults.Recordings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Listings;

/// <summary>Removes images that no photo shows any longer, now and then. Several replicas at once do no harm.</summary>
internal sealed class PhotoSweeper(
    IRecordingStore store, IServiceScopeFactory scopes, IOptions<RecordingOptions> options, TimeProvider time, ILogger<PhotoSweeper> logger)
    : TimedLoop(options.Value.SweepInterval, time, logger)
{
    protected override Task WorkAsync(CancellationToken cancellationToken) => options.Value.Sweep ? SweepAsync(cancellationToken) : Task.CompletedTask;

    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ListingsDb>();
        var before = Time.GetUtcNow() - RecordingRetention.Grace;
        await store.TidyAsync(before, cancellationToken);
        await foreach (var page in store.ListAsync(cancellationToken))
        {
            var unused = await UnusedAsync(db, page.Where(image => image.SavedAt < before), cancellationToken);
            if (unused.Count > 0)
                await RemoveAsync(db, unused, cancellationToken);
        }
    }

    /// <remarks>A bucket that goes on removing after its answer was given up can still take an image that is added at that moment.</remarks>
    private async Task RemoveAsync(ListingsDb db, List<StoredRecording> images, CancellationToken cancellationToken)
    {
        await using var transaction = await db.HoldImagesAsync(cancellationToken);
        if (await UnusedAsync(db, images, cancellationToken) is { Count: > 0 } still)
            await store.RemoveAsync(still, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static async Task<List<StoredRecording>> UnusedAsync(ListingsDb db, IEnumerable<StoredRecording> images, CancellationToken cancellationToken)
    {
        var unused = images.ToDictionary(image => image.Id);
        foreach (var shown in await db.Photos.Where(photo => unused.Keys.Contains(photo.Image)).Select(photo => photo.Image).ToListAsync(cancellationToken))
            unused.Remove(shown);
        return [.. unused.Values];
    }
}
