using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.TestSupport;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.DialerCoordinator.Tests;

/// <summary>Whatever falls silent, the number goes on.</summary>
[Collection("coordinator")]
public sealed class SilenceTests(CoordinatorServers servers)
{
    private const string Number = "13800138000";

    [Fact]
    public async Task A_lost_dialer_returns_its_numbers()
    {
        await using var service = await CoordinatorService.StartAsync(servers, clientTimeout: "00:00:01");
        var silent = service.NewDialer();
        await silent.JoinAsync(2);
        await service.QueueAsync(1, "13800138001", "13800138002");
        var plan = await silent.DialPlanAsync();
        await silent.StatusAsync("call", plan[0].Extension, plan[0].Number);

        await service.WatchUntilAsync(
            async () => await service.QueryAsync(db => db.DialJobs.CountAsync(job => job.ClientId != null)) == 0, () => "the client still has numbers");

        service.Clock.Advance(TimeSpan.FromMinutes(1));
        var other = service.NewDialer();
        await other.JoinAsync(2);
        await service.WatchUntilAsync(async () => (await other.DialPlanAsync()).Length == 2, () => "the numbers do not come back");
    }

    [Fact]
    public async Task A_dialer_that_leaves_returns_its_numbers_at_once()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var (first, second) = await TwoDialersAsync(service);

        await first.LeaveAsync();

        await service.WatchUntilAsync(async () => (await second.DialPlanAsync()).Length == 1, () => "not assigned");
    }

    [Fact]
    public async Task The_recording_of_a_lost_dialer_still_counts()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var recorded = await service.Bus.ListenAsync<CallRecorded>();
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, Number);
        await dialer.DialPlanAsync();
        await dialer.StatusAsync("call", "8001", Number);
        await dialer.LeaveAsync();
        (await service.QueryAsync(db => db.Calls.SingleAsync())).Failure.ShouldBe("the client was lost");

        await dialer.UploadAsync("8001", Number);

        await Eventually.Be(() => recorded.Count, 1);
        (await service.QueryAsync(db => db.DialJobs.SingleAsync())).State.ShouldBe(DialJobState.Recorded);
        (await service.QueryAsync(db => db.Calls.SingleAsync())).Failure.ShouldBeNull();
    }

    [Fact]
    public async Task A_late_recording_counts_even_when_another_dialer_has_the_number()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var recorded = await service.Bus.ListenAsync<CallRecorded>();
        var (first, second) = await TwoDialersAsync(service);
        await first.LeaveAsync();
        await service.WatchUntilAsync(async () => (await second.DialPlanAsync()).Length == 1, () => "not assigned");

        await first.UploadAsync("8001", Number);
        await second.UploadAsync("8002", Number);

        await Eventually.Be(() => recorded.Count, 1);
        await Eventually.Be(() => service.QueryAsync(db => db.Outbox.CountAsync()), 0);
        recorded.Count.ShouldBe(1);
    }

    [Fact]
    public async Task A_late_recording_frees_the_extension_that_has_the_number_for_the_next()
    {
        const string next = "13800138009";
        await using var service = await CoordinatorService.StartAsync(servers);
        var (first, second) = await TwoDialersAsync(service);
        await first.LeaveAsync();
        await service.WatchUntilAsync(async () => (await second.DialPlanAsync()) is [(_, Number)], () => "not assigned");

        await first.UploadAsync("8001", Number);
        await service.QueueAsync(2, next);
        await second.StatusAsync("call", "8002", Number);

        (await second.DialPlanAsync()).ShouldHaveSingleItem().Number.ShouldBe(next);
    }

    [Fact]
    public async Task An_extension_that_goes_idle_without_a_recording_has_failed_its_call()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, Number);
        await dialer.DialPlanAsync();
        await dialer.StatusAsync("call", "8001", Number);
        await dialer.StatusAsync("idle", "8001");
        (await dialer.DialPlanAsync()).ShouldBeEmpty();

        service.Clock.Advance(TimeSpan.FromSeconds(9));
        (await service.QueryAsync(db => db.Calls.CountAsync())).ShouldBe(0);
        service.Clock.Advance(TimeSpan.FromSeconds(1));

        await service.WatchUntilAsync(async () => await service.QueryAsync(db => db.Calls.CountAsync()) == 1, () => "no call has ended");
        (await service.QueryAsync(db => db.Calls.SingleAsync())).Outcome.ShouldBe(CallOutcome.Failed);
    }

    [Theory]
    [InlineData(false, 60, CallOutcome.NotBegun)]
    [InlineData(true, 150, CallOutcome.Failed)]
    public async Task A_number_that_is_neither_called_nor_uploaded_is_taken_back(bool begun, int seconds, CallOutcome outcome)
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, Number);
        await dialer.DialPlanAsync();
        if (begun)
            await dialer.StatusAsync("call", "8001", Number);

        service.Clock.Advance(TimeSpan.FromSeconds(seconds));

        await service.WatchUntilAsync(async () => await service.QueryAsync(db => db.Calls.CountAsync()) == 1, () => "no call has ended");
        (await service.QueryAsync(db => db.Calls.SingleAsync())).Outcome.ShouldBe(outcome);
    }

    [Fact]
    public async Task A_recording_that_is_never_classified_is_asked_about_again_and_then_dialled_again()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var recorded = await service.Bus.ListenAsync<CallRecorded>();
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, Number);
        await dialer.DialPlanAsync();
        await dialer.UploadAsync("8001", Number);

        for (var asked = 1; asked <= 5; asked++)
        {
            await service.WatchUntilAsync(() => Task.FromResult(recorded.Count == asked), () => $"asked {recorded.Count} times instead of {asked}");
            service.Clock.Advance(TimeSpan.FromMinutes(Math.Pow(2, asked)));
        }

        await service.WatchUntilAsync(
            async () => await service.QueryAsync(db => db.DialJobs.AnyAsync(job => job.State == DialJobState.Deferred)), () => "it is not dialled again");
        recorded.Select(message => message.CallId).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Losing_all_of_Redis_loses_no_number()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(3);
        await service.QueueAsync(1, "13800138001", "13800138002", "13800138003");
        (await dialer.DialPlanAsync()).Length.ShouldBe(3);

        await CoordinatorService.EmptyRedisAsync(servers);

        await dialer.BeatAsync(expected: 404);
        await dialer.JoinAsync(3);
        await service.WatchUntilAsync(async () => (await dialer.DialPlanAsync()).Length == 3, () => "the numbers do not come back");
    }

    [Fact]
    public async Task A_number_that_never_gets_a_recording_ends_as_unknown()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1);
        var resolved = await service.Bus.ListenAsync<NumbersResolved>();
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, Number);

        await service.WatchUntilAsync(
            async () =>
            {
                if (await dialer.DialPlanAsync() is [var plan])
                {
                    await dialer.StatusAsync("call", plan.Extension, plan.Number);
                    await dialer.StatusAsync("idle", plan.Extension);
                }

                service.Clock.Advance(TimeSpan.FromSeconds(61));
                return !resolved.IsEmpty;
            },
            () => "it is dialled for ever");

        var number = resolved.Single().Numbers.Single();
        number.State.ShouldBe(NumberState.Unknown);
        number.Attempts.Count.ShouldBe(4);
    }

    /// <summary>Two dialers with an extension each, of which the first has the number.</summary>
    private static async Task<(DialerClient First, DialerClient Second)> TwoDialersAsync(CoordinatorService service)
    {
        var (first, second) = (service.NewDialer(), service.NewDialer());
        await first.JoinAsync(1);
        await second.JoinAsync(1);
        await service.QueueAsync(1, Number);
        await first.DialPlanAsync();
        return (first, second);
    }
}
