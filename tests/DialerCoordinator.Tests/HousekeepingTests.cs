using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.TestSupport;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.DialerCoordinator.Tests;

[Collection("coordinator")]
public sealed class HousekeepingTests(CoordinatorServers servers)
{
    [Fact]
    public async Task Rows_that_nobody_needs_are_gone_after_their_age_and_no_others()
    {
        // The clock of Redis, by which clients are lost, is real; that of the services stops at each look of the watch on its way over days.
        await using var service = await CoordinatorService.StartAsync(
            servers, clientTimeout: "01:00:00", settings: [("Fleet:KeepRows", "2.00:00:00"), ("Fleet:WatchInterval", "00:00:02")]);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, "13800138001");
        await dialer.DialPlanAsync();
        await service.FinishAsync(dialer, "8001", "13800138001", NumberState.Vacant);
        await service.Bus.PublishAsync(new TaskDeleted(2));
        await Eventually.Be(() => service.QueryAsync(db => db.Tasks.CountAsync()), 2);
        service.Clock.Advance(TimeSpan.FromDays(1));
        await service.QueueAsync(3, "13800138002", "13800138003");
        await service.WatchUntilAsync(async () => (await dialer.DialPlanAsync()).Length == 1, () => "not assigned");
        var next = await service.QueryAsync(db => db.DialJobs.Where(job => job.Extension == "8001").Select(job => job.Number).SingleAsync());
        await service.FinishAsync(dialer, "8001", next, NumberState.Vacant);

        service.Clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromMinutes(2));
        (await service.QueryAsync(db => db.DialJobs.CountAsync())).ShouldBe(3);
        service.Clock.Advance(TimeSpan.FromMinutes(4));

        await Eventually.Be(() => service.QueryAsync(db => db.Tasks.CountAsync()), 1);
        (await service.QueryAsync(db => db.DialJobs.AnyAsync(job => job.Number == "13800138001"))).ShouldBeFalse();
        (await service.QueryAsync(db => db.DialJobs.CountAsync())).ShouldBe(2);
        (await service.QueryAsync(db => db.Calls.CountAsync(call => call.Number == "13800138001"))).ShouldBe(0);
        (await service.QueryAsync(db => db.Calls.CountAsync())).ShouldBeGreaterThan(0);
        (await service.QueryAsync(db => db.TaskParts.Select(part => part.TaskId).ToListAsync())).ShouldBe([3]);

        service.Clock.Advance(TimeSpan.FromDays(2));
        await Eventually.Be(() => service.QueryAsync(db => db.Calls.CountAsync()), 0);
        (await service.QueryAsync(db => db.Waiters.CountAsync())).ShouldBe(1);
        (await service.QueryAsync(db => db.Tasks.CountAsync())).ShouldBe(1, "something waits for it still");
        await service.ShouldBeSoundAsync();
    }
}
