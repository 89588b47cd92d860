using EmptyNumber.Listings.Apis;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Caching.Memory;

namespace EmptyNumber.Listings.Infrastructure;

/// <summary>How many houses pass a filter, exactly. Counting a million rows for every page would cost a hundred times what the page does.</summary>
/// <remarks>
/// A trigger moves the version on with every change that could move a count, in the transaction of that change. So a count that was
/// taken at the present version or later is right for whoever sees that version, on any replica, and is remembered under it.
/// </remarks>
internal sealed class HouseCounts(IServiceScopeFactory scopes) : IDisposable
{
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    private readonly MemoryCache _counts = new(new MemoryCacheOptions { SizeLimit = 10_000 });

    /// <summary>Counts them, or remembers.</summary>
    /// <param name="db">The caller's database.</param>
    /// <param name="filter">Compared by value.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<long> CountAsync(ListingsDb db, HouseFilter filter, CancellationToken cancellationToken)
    {
        var version = await db.HouseVersions.Select(row => row.Version).SingleAsync(cancellationToken);
        var key = (version, filter);

        // The counting is shared by all who ask at once, so no single caller's token may cancel it.
        var count = _counts.GetOrCreate(key, entry =>
        {
            entry.Size = 1;
            entry.SlidingExpiration = Remembered;
            return new Lazy<Task<long>>(() => CountAsync(key));
        })!;
        return await count.Value.WaitAsync(cancellationToken);
    }

    public void Dispose() => _counts.Dispose();

    private async Task<long> CountAsync((long Version, HouseFilter Filter) key)
    {
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            return await key.Filter.Apply(scope.ServiceProvider.GetRequiredService<ListingsDb>().Houses).LongCountAsync();
        }
        catch
        {
            _counts.Remove(key);
            throw;
        }
    }
}
