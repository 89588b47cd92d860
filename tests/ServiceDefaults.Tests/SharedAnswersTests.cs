using EmptyNumber.ServiceDefaults.Caching;
using Microsoft.Extensions.Caching.Memory;

namespace EmptyNumber.ServiceDefaults.Tests;

public sealed class SharedAnswersTests
{
    private const int Askers = 8;

    [Fact]
    public async Task All_who_ask_at_once_share_one_answer()
    {
        using var cache = new MemoryCache(new MemoryCacheOptions());
        for (var question = 0; question < 50; question++)
        {
            var asked = 0;
            using var start = new Barrier(Askers);
            var answers = await Task.WhenAll(Enumerable.Range(0, Askers).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.SignalAndWait();
                    return cache.ShareAsync(question, _ => { }, () => Task.FromResult(Interlocked.Increment(ref asked)), CancellationToken.None);
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));

            answers.ShouldAllBe(answer => answer == 1);
        }
    }

    [Fact]
    public async Task A_failure_is_not_remembered()
    {
        using var cache = new MemoryCache(new MemoryCacheOptions());
        await Should.ThrowAsync<IOException>(cache.ShareAsync<int>("question", _ => { }, () => throw new IOException("away"), CancellationToken.None));

        (await cache.ShareAsync("question", _ => { }, () => Task.FromResult(7), CancellationToken.None)).ShouldBe(7);
    }
}
