using EmptyNumber.TestSupport;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.DialerCoordinator.Tests;

[Collection("coordinator")]
public sealed class RecordingTests(CoordinatorServers servers)
{
    [Fact]
    public async Task A_recording_that_is_no_longer_kept_goes_and_its_call_stays()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(2);
        await service.QueueAsync(1, "13800138001", "13800138002");
        foreach (var (extension, number) in await dialer.DialPlanAsync())
            await dialer.UploadAsync(extension, number);
        var files = Directory.GetFiles(service.Recordings, "*.wav", SearchOption.AllDirectories);
        files.Length.ShouldBe(2);
        var (old, young) = (files[0], files[1]);
        File.SetLastWriteTimeUtc(old, service.Clock.GetUtcNow().AddDays(-90).UtcDateTime);

        service.Clock.Advance(TimeSpan.FromHours(1));

        await Eventually.Be(() => File.Exists(old), false);
        File.Exists(young).ShouldBeTrue();
        (await service.QueryAsync(db => db.Calls.CountAsync(call => call.RecordingId == Path.GetFileNameWithoutExtension(old)))).ShouldBe(1);
    }

    [Fact]
    public async Task A_store_that_cannot_be_written_refuses_the_upload_and_keeps_the_call_open()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, "13800138001");
        await dialer.DialPlanAsync();
        var passage = Path.Combine(service.Recordings, "passage");
        Directory.Delete(passage);
        await File.WriteAllTextAsync(passage, "in the way");

        await dialer.UploadAsync("8001", "13800138001", expected: 503);

        File.Delete(passage);
        await dialer.UploadAsync("8001", "13800138001");
        (await service.QueryAsync(db => db.Calls.CountAsync(call => call.RecordingId != null))).ShouldBe(1);
    }
}
