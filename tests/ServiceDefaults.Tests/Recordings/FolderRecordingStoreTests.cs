using System.Security.Cryptography;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Recordings;
using EmptyNumber.TestSupport;
using Microsoft.Extensions.Options;

namespace EmptyNumber.ServiceDefaults.Tests.Recordings;

public sealed class FolderRecordingStoreTests : RecordingStoreContract
{
    private readonly string _folder = Directory.CreateTempSubdirectory("en-recordings-").FullName;
    private readonly FakeTimeProvider _clock = new();

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_is_unavailable_and_keeps_nothing_half()
    {
        var store = await NewStoreAsync();
        var recording = RandomNumberGenerator.GetBytes(100);
        var id = Convert.ToHexStringLower(SHA256.HashData(recording));
        var obstacle = Path.Combine(_folder, id[..2], id[2..4], $"{id}.wav");
        Directory.CreateDirectory(obstacle);

        var error = await Should.ThrowAsync<UnavailableException>(() => store.SaveAsync(recording, default));

        error.Message.ShouldContain(_folder);
        Files().ShouldBeEmpty();
        Directory.Delete(obstacle);
        (await store.SaveAsync(recording, default)).ShouldBe(id);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_refused_at_the_start_by_the_name_of_its_setting()
    {
        var file = Path.Combine(_folder, "a file");
        await File.WriteAllTextAsync(file, "");

        var error = await Should.ThrowAsync<InvalidOperationException>(() => new FolderRecordingStore(file, _clock).VerifyAsync(default));

        error.Message.ShouldStartWith("Recordings:Path: ");
    }

    [Fact]
    public async Task A_recording_saved_again_between_list_and_removal_stays()
    {
        var store = await NewStoreAsync();
        var recording = RandomNumberGenerator.GetBytes(100);
        var id = await store.SaveAsync(recording, default);
        var listed = await ListAsync(store);
        _clock.Advance(TimeSpan.FromDays(100));
        await store.SaveAsync(recording, default);

        (await store.RemoveAsync(listed, default)).ShouldBe(0);

        (await store.ReadAsync(id, default)).ShouldBe(recording);
    }

    [Fact]
    public async Task A_recording_that_is_removed_and_saved_all_the_time_is_there_after_every_save()
    {
        var store = new FolderRecordingStore(_folder, TimeProvider.System);
        await store.VerifyAsync(default);
        var recording = RandomNumberGenerator.GetBytes(1000);
        var lastBegan = DateTimeOffset.UtcNow;
        using var end = new CancellationTokenSource();
        var removing = Task.Run(async () =>
        {
            var removed = 0;
            while (!end.IsCancellationRequested)
            {
                var listed = await ListAsync(store);
                removed += await store.RemoveAsync([.. listed.Where(r => r.SavedAt < lastBegan)], default);
            }

            return removed;
        });
        for (var i = 0; i < 200; i++)
        {
            lastBegan = DateTimeOffset.UtcNow; // from now on the one before may go, and not the one that comes
            var id = await store.SaveAsync(recording, default);
            await Eventually.Async(async () => await store.ReadAsync(id, default) is not null, () => $"gone after save {i}");
        }

        await end.CancelAsync();
        (await removing).ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task What_a_killed_process_left_behind_goes_after_a_day_and_not_before()
    {
        var store = await NewStoreAsync();
        var passage = Path.Combine(_folder, "passage");
        var left = Path.Combine(passage, $"{Guid.NewGuid():n}.tmp");
        await File.WriteAllTextAsync(left, "half a rec");
        File.SetLastWriteTimeUtc(left, _clock.GetUtcNow().UtcDateTime);

        _clock.Advance(TimeSpan.FromHours(23));
        await SweepAsync(store);
        File.Exists(left).ShouldBeTrue();
        _clock.Advance(TimeSpan.FromHours(2));
        await SweepAsync(store);
        File.Exists(left).ShouldBeFalse();
    }

    [Fact]
    public async Task A_sweeper_killed_while_it_looked_at_a_recording_loses_none_that_is_new()
    {
        var store = await NewStoreAsync();
        var recording = RandomNumberGenerator.GetBytes(100);
        var id = await store.SaveAsync(recording, default);
        File.Move(Path.Combine(_folder, id[..2], id[2..4], $"{id}.wav"), Path.Combine(_folder, "passage", $"{id}.wav"));

        await SweepAsync(store);

        (await store.ReadAsync(id, default)).ShouldBe(recording);
    }

    [Fact]
    public async Task Beyond_the_total_size_the_oldest_go_first()
    {
        var store = await NewStoreAsync();
        var ids = await SaveHourlyAsync(store, count: 100);

        _clock.Advance(TimeSpan.FromDays(2));
        (await SweepAsync(store, maxBytes: 40_000)).ShouldBe(new SweepResult(Removed: 60, Kept: 40, KeptBytes: 40_000));

        (await ListAsync(store)).Select(recording => recording.Id).ShouldBe(ids[60..], ignoreOrder: true);
        (await SweepAsync(store, maxBytes: 40_000)).Removed.ShouldBe(0);
    }

    [Fact]
    public async Task No_total_size_removes_a_recording_of_the_last_day()
    {
        var store = await NewStoreAsync();
        var ids = await SaveHourlyAsync(store, count: 30);

        (await SweepAsync(store, maxBytes: 0)).Removed.ShouldBe(6);

        (await ListAsync(store)).Select(recording => recording.Id).ShouldBe(ids[6..], ignoreOrder: true);
    }

    protected override IRecordingStore NewStore() => new FolderRecordingStore(_folder, TimeProvider.System);

    private async Task<FolderRecordingStore> NewStoreAsync()
    {
        var store = new FolderRecordingStore(_folder, _clock);
        await store.VerifyAsync(default);
        return store;
    }

    /// <summary>Recordings of 1,000 bytes, one an hour; the clock ends an hour after the last.</summary>
    private async Task<string[]> SaveHourlyAsync(FolderRecordingStore store, int count)
    {
        var ids = new string[count];
        for (var i = 0; i < count; i++)
        {
            ids[i] = await store.SaveAsync(RandomNumberGenerator.GetBytes(1000), default);
            _clock.Advance(TimeSpan.FromHours(1));
        }

        return ids;
    }

    private Task<SweepResult> SweepAsync(FolderRecordingStore store, long? maxBytes = null) =>
        new RecordingRetention(store, Options.Create(new RecordingOptions { MaxBytes = maxBytes }), _clock).SweepAsync(default);

    private string[] Files() => Directory.GetFiles(_folder, "*", SearchOption.AllDirectories);
}
