using System.Diagnostics;
using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.TestSupport;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.DialerCoordinator.Tests;

[Collection("coordinator")]
public sealed class QueueTests(CoordinatorServers servers)
{
    private const string Number = "13800138000";

    [Fact]
    public async Task A_number_that_several_tasks_wait_for_is_dialled_once()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var resolved = await service.Bus.ListenAsync<NumbersResolved>();
        var dialer = service.NewDialer();
        await dialer.JoinAsync(3);
        var first = await service.QueueAsync(1, Number, Number);
        var second = await service.QueueAsync(2, Number);

        var plan = (await dialer.DialPlanAsync()).ShouldHaveSingleItem();
        var third = await service.QueueAsync(3, Number);
        await service.FinishAsync(dialer, plan.Extension, Number, NumberState.PoweredOff);

        await Eventually.Be(() => resolved.Count, 1);
        resolved.Single().Numbers.Single().RecordIds.ShouldBe([.. first, .. second, .. third], ignoreOrder: true);
        (await dialer.DialPlanAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_number_takes_the_highest_priority_of_the_tasks_that_wait_for_it()
    {
        await using var service = await CoordinatorService.StartAsync(servers);

        foreach (var (task, priority) in new[] { (1, Priority.Low), (2, Priority.High), (3, Priority.Normal) })
        {
            service.Clock.Advance(TimeSpan.FromSeconds(1));
            await service.QueueAsync(task, priority, Number);
        }

        var job = await service.QueryAsync(db => db.DialJobs.AsNoTracking().SingleAsync());
        job.Priority.ShouldBe(Priority.High);
        job.QueuedAt.ShouldBeInRange(service.Clock.GetUtcNow() - TimeSpan.FromSeconds(3), service.Clock.GetUtcNow() - TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_repeated_message_changes_nothing()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var message = new NumbersQueued(1, 0, Priority.Normal, [new QueuedNumber(1, Number)]);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => service.Bus.PublishAsync(message)));
        await service.QueueAsync(2, "13900139000");

        await Eventually.Be(() => service.QueryAsync(db => db.Waiters.CountAsync()), 2);
        (await service.QueryAsync(db => db.DialJobs.CountAsync())).ShouldBe(2);
    }

    [Fact]
    public async Task A_deleted_task_is_not_dialled_unless_another_waits_for_the_number()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(3);
        await service.QueueAsync(1, "13800138001", "13800138002");
        await service.QueueAsync(2, "13800138002");

        await service.Bus.PublishAsync(new TaskDeleted(1));

        await Eventually.Be(() => service.QueryAsync(db => db.Waiters.CountAsync(waiter => waiter.TaskId == 1)), 0);
        (await dialer.DialPlanAsync()).Select(plan => plan.Number).ShouldBe(["13800138002"]);
    }

    [Fact]
    public async Task A_deleted_task_takes_back_what_has_not_begun_and_its_calls_end_as_usual()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 2);
        var recorded = await service.Bus.ListenAsync<CallRecorded>();
        var resolved = await service.Bus.ListenAsync<NumbersResolved>();
        var dialer = service.NewDialer();
        await dialer.JoinAsync(2);
        await service.QueueAsync(1, "13800138001", "13800138002");
        var (extension, number) = (await dialer.DialPlanAsync())[0];
        await dialer.StatusAsync("call", extension, number);

        await service.Bus.PublishAsync(new TaskDeleted(1));

        await Eventually.Be(async () => (await dialer.DialPlanAsync()).Length, 0);
        await service.QueueAsync(2, Number);
        (await dialer.DialPlanAsync()).ShouldHaveSingleItem().Number.ShouldBe(Number);
        await dialer.UploadAsync(extension, number);
        await Eventually.Be(() => recorded.Count, 1);
        await service.Bus.PublishAsync(Verdicts.Of(recorded.Single().CallId, NumberState.Vacant));
        await Eventually.Be(() => service.QueryAsync(db => db.DialJobs.CountAsync(job => job.State == DialJobState.Resolved)), 2);
        (await service.QueryAsync(db => db.Outbox.CountAsync())).ShouldBe(0);
        resolved.ShouldBeEmpty();
        await service.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task Parts_of_a_task_that_arrive_after_its_deletion_are_ignored()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        await service.Bus.PublishAsync(new TaskDeleted(1));
        await Eventually.Be(() => service.QueryAsync(db => db.Tasks.CountAsync(task => task.Deleted)), 1);

        await service.Bus.PublishAsync(new NumbersQueued(1, 0, Priority.Normal, [new QueuedNumber(1, Number)]));
        await service.QueueAsync(2, "13900139000");

        (await service.QueryAsync(db => db.DialJobs.Select(job => job.Number).ToListAsync())).ShouldBe(["13900139000"]);
    }

    [Fact]
    public async Task A_small_task_is_not_stuck_behind_a_large_one()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, [.. Enumerable.Range(0, 1000).Select(i => $"1380000{i:d4}")]);
        await service.QueueAsync(2, Number);

        var dialled = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            dialled.Add((await dialer.DialPlanAsync()).Single().Number);
            await dialer.UploadAsync("8001", dialled[^1]);
        }

        dialled.ShouldContain(Number);
    }

    [Fact]
    public async Task A_task_of_one_is_dialled_next_when_a_million_numbers_wait()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 5);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(5);
        await service.QueueMillionAsync();
        (await dialer.DialPlanAsync()).Length.ShouldBe(5);
        await service.QueueAsync(2, Priority.Low, "13900139000");
        await service.QueueAsync(3, Number);
        await dialer.UploadAsync("8001", await NumberOnAsync(service, "8001"));

        var watch = Stopwatch.StartNew();
        (await dialer.DialPlanAsync()).ShouldContain(("8001", Number));
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(2));
        await dialer.UploadAsync("8002", await NumberOnAsync(service, "8002"));
        (await dialer.DialPlanAsync()).ShouldContain(("8002", "13900139000"));

        // Numbers that come back from their pause stand beside the million and not before whoever comes after them.
        await service.QueryAsync(db => db.Database.ExecuteSqlAsync($"update dial_jobs set state = 5 where state = 0 and id % 10 = 0 and turn < 400000"));
        await service.WatchUntilAsync(
            async () => !await service.QueryAsync(db => db.DialJobs.AnyAsync(job => job.State == DialJobState.Deferred)), () => "some are not queued again");
        await service.QueueAsync(4, "13700137000");
        await dialer.UploadAsync("8003", await NumberOnAsync(service, "8003"));
        (await dialer.DialPlanAsync()).ShouldContain(("8003", "13700137000"));
        await service.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_number_that_comes_back_from_its_pause_does_not_put_others_back()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, [.. Enumerable.Range(0, 60).Select(i => $"1380000{i:d4}")]);
        var early = (await dialer.DialPlanAsync()).Single().Number;
        await service.FinishAsync(dialer, "8001", early, NumberState.Unreachable);
        for (var i = 0; i < 50; i++)
        {
            await dialer.UploadAsync("8001", (await dialer.DialPlanAsync()).Single().Number);
        }

        service.Clock.Advance(TimeSpan.FromMinutes(31));
        await service.WatchUntilAsync(async () => await service.QueryAsync(db => db.DialJobs.AnyAsync(job => job.Number == early && job.State == DialJobState.Queued)), () => "it is not queued again");
        await service.QueueAsync(2, [.. Enumerable.Range(0, 200).Select(i => $"1390000{i:d4}")]);

        var next = new List<string>();
        for (var i = 0; i < 30; i++)
        {
            next.Add((await dialer.DialPlanAsync()).Single().Number);
            await dialer.UploadAsync("8001", next[^1]);
        }

        next.Count(number => number.StartsWith("138", StringComparison.Ordinal)).ShouldBeGreaterThan(5);
    }

    [Fact]
    public async Task An_extension_in_quarantine_is_replaced_when_the_client_asks_again()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 2);
        var dialer = service.NewDialer();
        (await dialer.JoinAsync(1)).ShouldBe(["8001"]);
        await service.QueueAsync(1, Number);
        await dialer.DialPlanAsync();
        await service.FinishAsync(dialer, "8001", Number, NumberState.Pending, callerSide: true);

        (await dialer.AccountsAsync(1)).ShouldBe(["8002"]);
        await dialer.AccountsAsync(2, expected: 409);
    }

    [Theory]
    [InlineData(Priority.High, Priority.Low, 15, 20)]
    [InlineData(Priority.Normal, Priority.Normal, 7, 13)]
    public async Task Tasks_share_the_extensions_by_priority(Priority first, Priority second, int least, int most)
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 20);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(20);
        await service.Bus.PublishAsync(new NumbersQueued(1, 0, first, [.. Enumerable.Range(0, 100).Select(i => new QueuedNumber(i, $"138000000{i:d2}"))]));
        await service.Bus.PublishAsync(new NumbersQueued(2, 0, second, [.. Enumerable.Range(100, 100).Select(i => new QueuedNumber(i, $"13900000{i:d3}"))]));
        await Eventually.Be(() => service.QueryAsync(db => db.Waiters.CountAsync()), 200);

        var plan = await dialer.DialPlanAsync();

        plan.Count(item => item.Number.StartsWith("138", StringComparison.Ordinal)).ShouldBeInRange(least, most);
    }

    [Fact]
    public async Task An_unreachable_number_is_dialled_twice_more_and_then_final()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var resolved = await service.Bus.ListenAsync<NumbersResolved>();
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, Number);

        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await service.WatchUntilAsync(async () => (await dialer.DialPlanAsync()).Length == 1, () => $"attempt {attempt} is not dialled");
            await service.FinishAsync(dialer, "8001", Number, NumberState.Unreachable);
            service.Clock.Advance(TimeSpan.FromMinutes(31));
        }

        await Eventually.Be(() => resolved.Count, 1);
        var number = resolved.Single().Numbers.Single();
        number.State.ShouldBe(NumberState.Unreachable);
        number.Attempts.Count.ShouldBe(3);
    }

    [Fact]
    public async Task An_announcement_about_the_callers_line_takes_the_extension_out_and_dials_elsewhere()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 2);
        var resolved = await service.Bus.ListenAsync<NumbersResolved>();
        var dialer = service.NewDialer();
        await dialer.JoinAsync(2);
        await service.QueueAsync(1, Number);
        var barred = (await dialer.DialPlanAsync()).Single().Extension;

        await service.FinishAsync(dialer, barred, Number, NumberState.Pending, callerSide: true);

        await service.WatchUntilAsync(async () => (await dialer.DialPlanAsync()) is [var plan] && plan.Extension != barred, () => "not dialled elsewhere");
        var extension = await service.QueryAsync(db => db.Extensions.SingleAsync(e => e.Number == barred));
        extension.QuarantinedAt.ShouldNotBeNull();
        extension.QuarantineReason.ShouldBe("您好");
        resolved.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_recording_of_silence_is_dialled_again_on_another_extension()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 2);
        var recorded = await service.Bus.ListenAsync<CallRecorded>();
        var dialer = service.NewDialer();
        await dialer.JoinAsync(2);
        await service.QueueAsync(1, Number);
        var silent = (await dialer.DialPlanAsync()).Single().Extension;
        await dialer.UploadAsync(silent, Number);
        await Eventually.Be(() => recorded.Count, 1);

        await service.Bus.PublishAsync(new CallClassified(
            recorded.Single().CallId, new Verdict(NumberState.Pending, null, 0, CallerSide: false, null, null, [new AudioSegment(SegmentKind.Silence, 0, 2)]), Failure: null));

        await service.WatchUntilAsync(
            async () => (await service.NewOperator().GetAsync("/calls?outcome=silent")).GetProperty("calls").GetArrayLength() == 1, () => "it is not taken for silence");
        (await dialer.DialPlanAsync()).ShouldBeEmpty();
        service.Clock.Advance(TimeSpan.FromMinutes(5));
        await service.WatchUntilAsync(async () => (await dialer.DialPlanAsync()) is [var plan] && plan.Extension != silent, () => "not dialled elsewhere");
    }

    [Fact]
    public async Task A_verdict_that_arrives_again_changes_nothing()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var recorded = await service.Bus.ListenAsync<CallRecorded>();
        var resolved = await service.Bus.ListenAsync<NumbersResolved>();
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, Number);
        await dialer.DialPlanAsync();
        await dialer.UploadAsync("8001", Number);
        await Eventually.Be(() => recorded.Count, 1);
        var call = recorded.Single().CallId;

        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => service.Bus.PublishAsync(Verdicts.Of(call, NumberState.Busy))));
        await service.Bus.PublishAsync(Verdicts.Of(call, NumberState.Vacant));
        await Eventually.Be(() => resolved.Count, 1);

        // Whatever comes of another number now came after all of these.
        await service.QueueAsync(2, "13900139000");
        await service.WatchUntilAsync(async () => (await dialer.DialPlanAsync()).Length == 1, () => "not assigned");
        await service.FinishAsync(dialer, "8001", "13900139000", NumberState.InService);
        await Eventually.Be(() => resolved.Count, 2);
        resolved.First().Numbers.Single().State.ShouldBe(NumberState.Busy);
    }

    [Fact]
    public async Task A_claim_that_was_planned_with_an_empty_queue_does_not_read_a_long_one_whole()
    {
        // As many claims before as after: connections take turns, and each has a plan of its own.
        const int numbers = 10_000, claims = 40;
        await using var service = await CoordinatorService.StartAsync(servers, replicas: 1);
        for (var i = 0; i < claims; i++)
            await ClaimAsync(expected: 0);
        await Eventually.Be(async () => (await ReadOfQueueAsync()).Looks >= claims, true);
        await service.QueueAsync(1, [.. Enumerable.Range(0, numbers).Select(i => $"139{i:00000000}")]);
        var (looks, read) = await ReadOfQueueAsync();

        for (var i = 0; i < claims; i++)
            await ClaimAsync(expected: 1);

        await Eventually.Be(async () => (await ReadOfQueueAsync()).Looks - looks >= claims, true);
        ((await ReadOfQueueAsync()).Read - read).ShouldBeLessThan(numbers * claims / 2);

        async Task ClaimAsync(int expected)
        {
            var dialer = service.NewDialer();
            await dialer.JoinAsync(1);
            (await dialer.DialPlanAsync()).Length.ShouldBe(expected);
            await dialer.LeaveAsync();
        }

        // Looks at the head of the queue, and what was read by them, and of all jobs without an index.
        Task<(long Looks, long Read)> ReadOfQueueAsync() => service.QueryAsync(async db =>
        {
            var counts = await db.Database.SqlQuery<long>(
                $"""
                select unnest(array[i.idx_scan, i.idx_tup_read + t.seq_tup_read]) as "Value"
                from pg_stat_user_tables t join pg_stat_user_indexes i using (relid) where i.indexrelname = 'ix_dial_jobs_turn_id'
                """).ToListAsync();
            return (counts[0], counts[1]);
        });
    }

    private static Task<string> NumberOnAsync(CoordinatorService service, string extension) =>
        service.QueryAsync(db => db.DialJobs.Where(job => job.Extension == extension).Select(job => job.Number).SingleAsync());
}
