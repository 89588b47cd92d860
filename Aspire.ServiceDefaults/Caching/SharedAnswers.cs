using Microsoft.Extensions.Caching.Memory;

namespace EmptyNumber.ServiceDefaults.Caching;

/// <summary>Answers that are remembered, and that all who ask at once share.</summary>
public static class SharedAnswers
{
    /// <summary>Gives the answer that is remembered or under way, or asks.</summary>
    /// <param name="cache">Where it is remembered; a failure is not.</param>
    /// <param name="question">Compared by value.</param>
    /// <param name="remember">Says how large the answer is, and for how long it holds.</param>
    /// <param name="ask">Asks, for everybody: no single caller may cancel it.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static Task<T> ShareAsync<T>(
        this MemoryCache cache, object question, Action<ICacheEntry> remember, Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        if (!cache.TryGetValue(question, out Lazy<Task<T>>? asked))
        {
            // By itself the cache lets each who finds nothing make an entry of his own.
            lock (cache)
            {
                asked = cache.GetOrCreate(question, entry =>
                {
                    remember(entry);
                    return new Lazy<Task<T>>(AskAsync);
                });
            }
        }

        return asked!.Value.WaitAsync(cancellationToken);

        async Task<T> AskAsync()
        {
            try
            {
                return await ask();
            }
            catch
            {
                cache.Remove(question);
                throw;
            }
        }
    }
}
