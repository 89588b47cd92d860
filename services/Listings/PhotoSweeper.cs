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

    /// <summary>An upload stores its image before the photo has a row: what is young may still get one.</summary>
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var photos = scope.ServiceProvider.GetRequiredService<ListingsDb>().Photos;
        var before = Time.GetUtcNow() - RecordingRetention.Grace;
        await store.TidyAsync(before, cancellationToken);
        await foreach (var page in store.ListAsync(cancellationToken))
        {
            var old = page.Where(image => image.SavedAt < before).ToDictionary(image => image.Id);
            foreach (var shown in await photos.Where(photo => old.Keys.Contains(photo.Image)).Select(photo => photo.Image).ToListAsync(cancellationToken))
                old.Remove(shown);
            if (old.Count > 0)
                await store.RemoveAsync([.. old.Values], cancellationToken);
        }
    }
}
