using EmptyNumber.Listings.Infrastructure;
using EmptyNumber.ServiceDefaults.Recordings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Listings;

/// <summary>Removes images that no photo shows any longer, now and then. Several replicas at once do no harm.</summary>
internal sealed partial class PhotoSweeper(
    IRecordingStore store, IServiceScopeFactory scopes, IOptions<RecordingOptions> options, TimeProvider time, ILogger<PhotoSweeper> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Value.Sweep)
            return;
        using var timer = new PeriodicTimer(options.Value.SweepInterval, time);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Failed(logger, e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>An upload stores its image before the photo has a row: what is young may still get one.</summary>
    private async Task SweepAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var photos = scope.ServiceProvider.GetRequiredService<ListingsDb>().Photos;
        var before = time.GetUtcNow() - RecordingRetention.Grace;
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

    [LoggerMessage(LogLevel.Warning, "Could not remove images that no photo shows; trying again later")]
    private static partial void Failed(ILogger logger, Exception exception);
}
