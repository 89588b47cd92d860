using EmptyNumber.ServiceDefaults.Caching;
using Microsoft.Extensions.Caching.Memory;

namespace EmptyNumber.Listings.Infrastructure;

/// <summary>Pages of houses, and how many there are, remembered for as long as nothing changes that they tell of.</summary>
/// <remarks>
/// A question names the version of <see cref="HouseVersions"/> that it is asked at. What is read after that version was is right for whoever
/// sees that version, on any replica, so it is remembered under it; the next version's questions are others.
/// </remarks>
internal sealed class HouseMemory(IServiceScopeFactory scopes) : IDisposable
{
    private const int MaxRows = 20_000;
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    private readonly MemoryCache _answers = new(new MemoryCacheOptions { SizeLimit = MaxRows });

    /// <summary>Asks the database, or remembers.</summary>
    /// <param name="question">Compared by value.</param>
    /// <param name="rows">How many rows the answer has at most.</param>
    /// <param name="ask">Asks it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<T> AnswerAsync<T>(object question, int rows, Func<ListingsDb, Task<T>> ask, CancellationToken cancellationToken) => _answers.ShareAsync(
        question,
        entry =>
        {
            entry.Size = rows;
            entry.SlidingExpiration = Remembered;
        },
        async () =>
        {
            await using var scope = scopes.CreateAsyncScope();
            return await ask(scope.ServiceProvider.GetRequiredService<ListingsDb>());
        },
        cancellationToken);

    public void Dispose() => _answers.Dispose();
}
