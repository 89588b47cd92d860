using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.TestSupport;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.DialerCoordinator.Tests;

/// <summary>A verdict may come when nobody waits for it any more.</summary>
[Collection("coordinator")]
public sealed class VerdictTests(CoordinatorServers servers)
{
    private const string Number = "13800138000";

    [Theory]
    [InlineData(DialJobState.Deferred)]
    [InlineData(DialJobState.Assigned)]
    [InlineData(DialJobState.Dialling)]
    [InlineData(DialJobState.Recorded)]
    public async Task A_late_verdict_decides_a_number_that_has_no_state(DialJobState meanwhile)
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1, settings: ("Fleet:ClassifyRequests", "1"));
        var resolved = await service.Bus.ListenAsync<NumbersResolved>();
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, Number);
        var late = await GiveUpRecordingAsync(service, dialer);
        if (meanwhile is not DialJobState.Deferred)
        {
            service.Clock.Advance(TimeSpan.FromSeconds(30));
            await service.WatchUntilAsync(async () => (await dialer.DialPlanAsync()).Length == 1, () => "not dialled again");
        }

        if (meanwhile is DialJobState.Dialling)
            await dialer.StatusAsync("call", "8001", Number);
        if (meanwhile is DialJobState.Recorded)
            await dialer.UploadAsync("8001", Number, DialerClient.Wav("another"));

        await service.Bus.PublishAsync(Verdicts.Of(late, NumberState.Vacant));

        await Eventually.Be(() => resolved.Count, 1);
        resolved.Single().Numbers.Single().State.ShouldBe(NumberState.Vacant);
        await service.ShouldBeSoundAsync();
        if (meanwhile is DialJobState.Assigned or DialJobState.Dialling)
        {
            await dialer.StatusAsync("during", "8001", Number);
            await dialer.UploadAsync("8001", Number, DialerClient.Wav("another"));
        }

        await service.QueueAsync(2, "13800138001");
        await dialer.StatusAsync("idle", "8001", Number);
        await service.WatchUntilAsync(async () => (await dialer.DialPlanAsync()) is [("8001", "13800138001")], () => "the extension is not free");
        resolved.Count.ShouldBe(1);
        await service.ShouldBeSoundAsync();
    }

    [Theory]
    [InlineData(NumberState.Unreachable)]
    [InlineData(NumberState.Pending)]
    public async Task A_late_verdict_that_decides_nothing_leaves_the_number_its_way(NumberState state)
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1, settings: ("Fleet:ClassifyRequests", "1"));
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, Number);
        var late = await GiveUpRecordingAsync(service, dialer);

        await service.Bus.PublishAsync(Verdicts.Of(late, state));

        await Eventually.Be(() => service.QueryAsync(db => db.Calls.AnyAsync(call => call.Id == late && call.Verdict != null)), true);
        (await service.QueryAsync(db => db.DialJobs.AsNoTracking().SingleAsync())).State.ShouldBe(DialJobState.Deferred);
        await service.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task One_job_that_cannot_be_worked_on_does_not_hold_up_the_others()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 5);
        var resolved = await service.Bus.ListenAsync<NumbersResolved>();
        var dialer = service.NewDialer();
        await dialer.JoinAsync(5);
        await service.QueueAsync(1, [.. Enumerable.Range(0, 5).Select(i => $"1380013800{i}")]);
        foreach (var (extension, number) in await dialer.DialPlanAsync())
            await dialer.StatusAsync("call", extension, number);
        await service.QueryAsync(db => db.Database.ExecuteSqlAsync(
            $"""
            insert into calls (id, job_id, number, client_id, extension, started_at, outcome, verdict)
            select gen_random_uuid(), id, number, 'somebody', '8001', {service.Clock.GetUtcNow()}, 0, '"no verdict"' from dial_jobs where number = {Number}
            """));

        service.Clock.Advance(TimeSpan.FromSeconds(151));

        await service.WatchUntilAsync(
            async () => await service.QueryAsync(db => db.DialJobs.CountAsync(job => job.State == DialJobState.Deferred)) == 4, () => "not four are deferred");
        (await service.QueryAsync(db => db.DialJobs.AsNoTracking().SingleAsync(job => job.Number == Number))).State.ShouldBe(DialJobState.Dialling);

        await service.QueryAsync(db => db.Database.ExecuteSqlAsync($"delete from calls where client_id = 'somebody'"));
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        await service.WatchUntilAsync(
            async () => await service.QueryAsync(db => db.DialJobs.AnyAsync(job => job.Number == Number && job.State == DialJobState.Dialling)) == false,
            () => "it is not tried again");
        resolved.ShouldBeEmpty();
        await service.ShouldBeSoundAsync();
    }

    /// <summary>A call whose recording is not classified in time; its number is deferred.</summary>
    private static async Task<Guid> GiveUpRecordingAsync(CoordinatorService service, DialerClient dialer)
    {
        await service.WatchUntilAsync(async () => (await dialer.DialPlanAsync()).Length == 1, () => "not assigned");
        await dialer.UploadAsync("8001", Number);
        service.Clock.Advance(TimeSpan.FromMinutes(2));
        await service.WatchUntilAsync(
            async () => await service.QueryAsync(db => db.DialJobs.AnyAsync(job => job.State == DialJobState.Deferred)), () => "it is not given up");
        return (await service.QueryAsync(db => db.Calls.AsNoTracking().SingleAsync())).Id;
    }
}
