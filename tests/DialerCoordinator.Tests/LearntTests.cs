using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.TestSupport;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.DialerCoordinator.Tests;

/// <summary>Announcements that were learnt after their calls: the classifier tells of the calls again.</summary>
[Collection("coordinator")]
public sealed class LearntTests(CoordinatorServers servers)
{
    private const string Number = "13800138000";
    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(6);

    [Theory]
    [InlineData(NumberState.Vacant)]
    [InlineData(NumberState.Unreachable)]
    public async Task A_number_that_ended_as_unknown_takes_the_state_that_was_learnt_once(NumberState learnt)
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var resolved = await service.Bus.ListenAsync<NumbersResolved>();
        var records = await service.QueueAsync(1, Number);
        var calls = new List<Guid>();
        for (var i = 0; i < 3; i++)
            calls.Add(await CallAsync(service, NumberState.Pending));
        await Eventually.Be(() => resolved.Count, 1);
        resolved.Single().Numbers.ShouldHaveSingleItem().State.ShouldBe(NumberState.Unknown);

        await service.Bus.PublishAsync(Verdicts.Of(calls[0], learnt));
        await Eventually.Be(() => resolved.Count, 2);
        var number = resolved.Last().Numbers.ShouldHaveSingleItem();
        (number.Number, number.State, number.Confidence).ShouldBe((Number, learnt, 0.9));
        number.RecordIds.ShouldBe(records);
        number.Attempts.Select(attempt => (attempt.CallId, attempt.State))
            .ShouldBe([(calls[0], learnt), (calls[1], NumberState.Pending), (calls[2], NumberState.Pending)]);

        foreach (var call in calls)
            await service.Bus.PublishAsync(Verdicts.Of(call, NumberState.Busy));
        await service.QueueAsync(2, Number);
        await CallAsync(service, NumberState.InService);
        await Eventually.Be(() => resolved.Count, 3);
        resolved.Last().Numbers.ShouldHaveSingleItem().State.ShouldBe(NumberState.InService);
    }

    [Fact]
    public async Task A_number_that_is_still_to_be_dialled_again_takes_it_at_once()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var resolved = await service.Bus.ListenAsync<NumbersResolved>();
        var records = await service.QueueAsync(1, Number);
        var call = await CallAsync(service, NumberState.Pending);

        await service.Bus.PublishAsync(Verdicts.Of(call, NumberState.Suspended));

        await Eventually.Be(() => resolved.Count, 1);
        var number = resolved.Single().Numbers.ShouldHaveSingleItem();
        number.State.ShouldBe(NumberState.Suspended);
        number.RecordIds.ShouldBe(records);
    }

    [Fact]
    public async Task Nobody_is_told_of_a_task_that_was_deleted_meanwhile()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var resolved = await service.Bus.ListenAsync<NumbersResolved>();
        await service.QueueAsync(1, Number);
        var calls = new List<Guid>();
        for (var i = 0; i < 3; i++)
            calls.Add(await CallAsync(service, NumberState.Pending));
        await Eventually.Be(() => resolved.Count, 1);
        await service.Bus.PublishAsync(new TaskDeleted(1));
        await Eventually.Be(() => service.QueryAsync(db => db.Waiters.CountAsync()), 0);

        await service.Bus.PublishAsync(Verdicts.Of(calls[0], NumberState.Vacant));
        await service.QueueAsync(2, Number);
        await CallAsync(service, NumberState.InService);

        await Eventually.Be(() => resolved.Count, 2);
        resolved.Last().Numbers.ShouldHaveSingleItem().State.ShouldBe(NumberState.InService);
    }

    [Fact]
    public async Task An_extension_that_has_served_since_stays_in_use_when_its_own_line_is_learnt_to_have_been_barred()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1);
        await service.QueueAsync(1, Number);
        var barred = await CallAsync(service, NumberState.Pending);
        await CallAsync(service, NumberState.Unreachable);
        service.Clock.Advance(TimeSpan.FromMinutes(30));
        var last = await CallAsync(service, NumberState.Pending);

        foreach (var (call, quarantined) in new[] { (barred, 0), (last, 1) })
        {
            await service.Bus.PublishAsync(Verdicts.Of(call, NumberState.Pending, callerSide: true));
            await Eventually.Be(() => service.QueryAsync(db => db.Calls.AnyAsync(c => c.Id == call && c.Outcome == CallOutcome.CallerSide)), true);
            (await service.QueryAsync(db => db.Extensions.CountAsync(extension => extension.QuarantinedAt != null))).ShouldBe(quarantined);
        }
    }

    /// <summary>A dialer calls the number, and the classifier says what it heard.</summary>
    private static async Task<Guid> CallAsync(CoordinatorService service, NumberState state)
    {
        var recorded = await service.Bus.ListenAsync<CallRecorded>();
        service.Clock.Advance(Pause);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.WatchUntilAsync(async () => (await dialer.DialPlanAsync()).Length == 1, () => "nothing to dial");
        var (extension, number) = (await dialer.DialPlanAsync()).Single();
        await dialer.StatusAsync("call", extension, number);
        await dialer.UploadAsync(extension, number);
        await Eventually.Be(() => recorded.Count, 1);
        var call = recorded.Single().CallId;
        await service.Bus.PublishAsync(Verdicts.Of(call, state));
        await Eventually.Be(() => service.QueryAsync(db => db.Calls.AnyAsync(c => c.Id == call && c.Outcome != null)), true);
        await dialer.LeaveAsync();
        return call;
    }
}
