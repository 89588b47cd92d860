using EmptyNumber.Dialer.Tests.Support;
using EmptyNumber.TestSupport;
using Microsoft.AspNetCore.Http;

namespace EmptyNumber.Dialer.Tests;

/// <summary>A dialer as a client of the coordinator: it joins, beats, leases, and leaves.</summary>
public sealed class ClientTests
{
    [Fact]
    public async Task It_notifies_with_its_name_and_token_and_reports_each_extension_idle_before_it_asks_for_numbers()
    {
        await using var coordinator = await FakeCoordinator.StartAsync(5);
        var tokens = new List<string>();
        coordinator.Intercept = (context, next) =>
        {
            lock (tokens)
                tokens.Add(context.Request.Headers.Authorization.ToString());
            return next(context);
        };
        await using var dialer = await RunningDialer.StartAsync(
            coordinator, null, ("Dialer:Lines", "5"), ("Dialer:Name", "机房 1"), ("Dialer:Token", "abc123"));

        await Eventually.Be(() => coordinator.Count("idle"), 5);
        await Eventually.Async(() => Task.FromResult(coordinator.Count("dialplan") > 0), () => string.Join(", ", coordinator.Deeds.TakeLast(10)));

        coordinator.Deeds.First().ShouldSatisfyAllConditions(
            first => first.What.ShouldBe("notify"),
            first => first.Number.ShouldBe("机房 1"));
        coordinator.Deeds.Where(deed => deed.What == "idle").Select(deed => deed.Extension).Order()
            .ShouldBe(["1000", "1001", "1002", "1003", "1004"]);
        lock (tokens)
            tokens.ShouldAllBe(token => token == "Token abc123");
    }

    [Fact]
    public async Task It_beats_every_5_seconds_also_while_all_its_uploads_hang()
    {
        var time = new FakeTimeProvider();
        var start = time.GetUtcNow();
        await using var coordinator = await FakeCoordinator.StartAsync(3);
        var hang = new TaskCompletionSource();
        var beats = new List<double>();
        coordinator.Intercept = async (context, next) =>
        {
            if (FakeCoordinator.Operation(context) == "dial_wav")
                await hang.Task;
            if (FakeCoordinator.Operation(context) == "heartbeat")
            {
                lock (beats)
                    beats.Add((time.GetUtcNow() - start).TotalSeconds);
            }

            await next(context);
        };
        coordinator.Enqueue(FakeCoordinator.Numbers(3));
        await using var dialer = await RunningDialer.StartAsync(coordinator, time, ("Dialer:Lines", "3"));
        await Eventually.Be(() => coordinator.Count("idle"), 3);

        for (var second = 1; second <= 20; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Eventually.Be(() => coordinator.Count("heartbeat"), second / 5);
        }

        coordinator.Count("call").ShouldBe(3);
        coordinator.Uploads.ShouldBeEmpty();
        beats.ShouldBe([5, 10, 15, 20]);
        hang.SetResult();
    }

    [Theory]
    [InlineData("dialplan")]
    [InlineData("status")]
    [InlineData("dial_wav")]
    [InlineData("accounts")]
    public async Task A_lost_client_notifies_again_and_every_number_is_still_called(string learnsFrom)
    {
        await using var coordinator = await FakeCoordinator.StartAsync();
        var requests = 0;
        coordinator.Intercept = (context, next) =>
        {
            if (FakeCoordinator.Operation(context) == learnsFrom && Interlocked.Increment(ref requests) == (learnsFrom == "accounts" ? 1 : 3))
                coordinator.ForgetClients();
            return next(context);
        };
        var numbers = FakeCoordinator.Numbers(60);
        coordinator.Enqueue(numbers);
        await using var dialer = await RunningDialer.StartAsync(coordinator);

        await Eventually.Be(() => coordinator.Uploads.Select(upload => upload.Number).Distinct().Count(), 60);

        coordinator.Count("notify").ShouldBe(2);
        coordinator.Uploads.Select(upload => upload.Number).Order().ShouldBe(numbers.Order());
    }

    [Fact]
    public async Task A_heartbeat_that_is_refused_makes_a_new_client()
    {
        var time = new FakeTimeProvider();
        await using var coordinator = await FakeCoordinator.StartAsync(2);
        coordinator.Intercept = (context, next) =>
        {
            if (FakeCoordinator.Operation(context) == "heartbeat" && coordinator.Count("heartbeat") == 0)
                coordinator.ForgetClients();
            return next(context);
        };
        await using var dialer = await RunningDialer.StartAsync(coordinator, time, ("Dialer:Lines", "2"));
        dialer.LetRun(time);

        await Eventually.Be(() => coordinator.Count("notify"), 2);
        await Eventually.Be(coordinator.Leased, 2);
    }

    [Fact]
    public async Task It_asks_again_while_there_are_too_few_extensions()
    {
        await using var coordinator = await FakeCoordinator.StartAsync(2);
        var refused = 0;
        coordinator.Intercept = (context, next) =>
        {
            if (FakeCoordinator.Operation(context) != "accounts" || Interlocked.Increment(ref refused) > 2)
                return next(context);
            context.Response.StatusCode = 409;
            return context.Response.WriteAsJsonAsync(new { code = 409, msg = "none is free", data = new { } });
        };
        await using var dialer = await RunningDialer.StartAsync(coordinator, null, ("Dialer:Lines", "3"));

        await Eventually.Be(coordinator.Leased, 2);
        coordinator.AddExtension("2000");
        await Eventually.Be(coordinator.Leased, 3);

        coordinator.Count("notify").ShouldBe(1);
    }

    [Fact]
    public async Task It_leaves_when_it_stops_and_what_is_being_uploaded_still_arrives()
    {
        await using var coordinator = await FakeCoordinator.StartAsync(2);
        var uploading = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        coordinator.Intercept = async (context, next) =>
        {
            if (FakeCoordinator.Operation(context) == "dial_wav")
            {
                uploading.TrySetResult();
                await go.Task;
            }

            await next(context);
        };
        coordinator.Enqueue(["13800000001"]);
        await using var dialer = await RunningDialer.StartAsync(coordinator, null, ("Dialer:Lines", "2"));
        await uploading.Task.WaitAsync(Eventually.Deadline);

        var stopped = dialer.StopAsync();
        go.SetResult();
        await stopped;

        coordinator.Uploads.Count.ShouldBe(1);
        coordinator.Deeds.Last().What.ShouldBe("leave");
        coordinator.Leased().ShouldBe(0);
    }

    [Fact]
    public async Task It_stops_soon_when_the_coordinator_does_not_answer_any_more()
    {
        await using var coordinator = await FakeCoordinator.StartAsync(2);
        await using var dialer = await RunningDialer.StartAsync(coordinator, null, ("Dialer:Lines", "2"));
        await Eventually.Be(() => coordinator.Count("idle"), 2);
        var released = new TaskCompletionSource();
        coordinator.Intercept = (_, _) => released.Task;

        await dialer.StopAsync().WaitAsync(TimeSpan.FromSeconds(8));

        released.SetResult();
    }
}
