using System.Security.Cryptography;
using EmptyNumber.ServiceDefaults.Recordings;
using EmptyNumber.TestSupport;
using Microsoft.Extensions.Options;

namespace EmptyNumber.ServiceDefaults.Tests.Recordings;

/// <summary>What every store of recordings promises.</summary>
public abstract class RecordingStoreContract : IAsyncLifetime
{
    private IRecordingStore _store = null!;

    /// <summary>A store that holds nothing yet.</summary>
    protected abstract IRecordingStore NewStore();

    public async Task InitializeAsync()
    {
        _store = NewStore();
        await _store.VerifyAsync(default);
    }

    public virtual Task DisposeAsync()
    {
        (_store as IDisposable)?.Dispose();
        return Task.CompletedTask;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(10 * 1024 * 1024)]
    public async Task What_is_saved_is_read_byte_for_byte_by_the_hash_of_its_bytes(int length)
    {
        var recording = RandomNumberGenerator.GetBytes(length);

        var id = await _store.SaveAsync(recording, default);

        id.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(recording)));
        (await _store.ReadAsync(id, default)).ShouldBe(recording);
    }

    [Fact]
    public async Task Ten_equal_recordings_saved_at_once_are_one()
    {
        var recording = RandomNumberGenerator.GetBytes(200_000);

        var ids = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => _store.SaveAsync(recording, default))));

        ids.Distinct().ShouldHaveSingleItem();
        (await ListAsync()).ShouldHaveSingleItem().Bytes.ShouldBe(recording.Length);
        (await _store.ReadAsync(ids[0], default)).ShouldBe(recording);
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../../../etc/passwd")]
    [InlineData("ABCD567890ABCDEF1234567890ABCDEF1234567890ABCDEF1234567890ABCDEF")]
    [InlineData("abcd567890abcdef1234567890abcdef1234567890abcdef1234567890abcdef")]
    public async Task What_is_not_there_is_null(string id) => (await _store.ReadAsync(id, default)).ShouldBeNull();

    [Fact]
    public async Task All_recordings_are_listed_with_length_and_time()
    {
        var begin = DateTimeOffset.UtcNow.AddSeconds(-1);
        var saved = new Dictionary<string, int>();
        foreach (var length in new[] { 10, 20, 30 })
            saved[await _store.SaveAsync(RandomNumberGenerator.GetBytes(length), default)] = length;

        var listed = await ListAsync();

        listed.ToDictionary(recording => recording.Id, recording => (int)recording.Bytes).ShouldBe(saved, ignoreOrder: true);
        listed.ShouldAllBe(recording => recording.SavedAt >= begin && recording.SavedAt <= DateTimeOffset.UtcNow);
    }

    [Fact]
    public async Task What_is_removed_is_gone_and_the_rest_is_there()
    {
        var gone = await _store.SaveAsync(RandomNumberGenerator.GetBytes(100), default);
        var kept = await _store.SaveAsync(RandomNumberGenerator.GetBytes(100), default);

        (await _store.RemoveAsync([.. (await ListAsync()).Where(recording => recording.Id == gone)], default)).ShouldBe(1);

        (await _store.ReadAsync(gone, default)).ShouldBeNull();
        (await _store.ReadAsync(kept, default)).ShouldNotBeNull();
        (await ListAsync()).ShouldHaveSingleItem().Id.ShouldBe(kept);
    }

    [Fact]
    public async Task What_was_removed_can_be_saved_again()
    {
        var recording = RandomNumberGenerator.GetBytes(100);
        var id = await _store.SaveAsync(recording, default);
        await _store.RemoveAsync(await ListAsync(), default);

        (await _store.SaveAsync(recording, default)).ShouldBe(id);

        (await _store.ReadAsync(id, default)).ShouldBe(recording);
    }

    [Fact]
    public async Task What_is_saved_again_counts_as_new()
    {
        var recording = RandomNumberGenerator.GetBytes(100);
        await _store.SaveAsync(recording, default);
        var first = (await ListAsync()).Single().SavedAt;

        await Eventually.Async(
            async () =>
            {
                await _store.SaveAsync(recording, default);
                return (await ListAsync()).Single().SavedAt > first;
            },
            () => $"{first:O}");
    }

    [Fact]
    public async Task A_sweep_removes_what_is_older_than_it_is_kept()
    {
        for (var i = 0; i < 20; i++)
            await _store.SaveAsync(RandomNumberGenerator.GetBytes(100), default);
        var clock = new FakeTimeProvider();
        var retention = new RecordingRetention(_store, Options.Create(new RecordingOptions { KeepFor = TimeSpan.FromDays(2) }), clock);

        clock.Advance(TimeSpan.FromDays(2) - TimeSpan.FromMinutes(1));
        (await retention.SweepAsync(default)).ShouldBe(new SweepResult(Removed: 0, Kept: 20, KeptBytes: 2000));
        clock.Advance(TimeSpan.FromMinutes(2));
        (await retention.SweepAsync(default)).ShouldBe(new SweepResult(Removed: 20, Kept: 0, KeptBytes: 0));
        (await ListAsync()).ShouldBeEmpty();
    }

    protected static async Task<List<StoredRecording>> ListAsync(IRecordingStore store)
    {
        List<StoredRecording> all = [];
        await foreach (var page in store.ListAsync(default))
            all.AddRange(page);
        return all;
    }

    private Task<List<StoredRecording>> ListAsync() => ListAsync(_store);
}
