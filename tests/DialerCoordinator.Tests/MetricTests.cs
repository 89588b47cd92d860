using EmptyNumber.Contracts;
using EmptyNumber.TestSupport;

namespace EmptyNumber.DialerCoordinator.Tests;

[Collection("coordinator")]
public sealed class MetricTests(CoordinatorServers servers)
{
    private static readonly TimeSpan SampleInterval = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Metrics_follow_a_number_from_the_queue_to_its_state()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        using var one = new MetricReader(service.Replicas[0].Services);
        using var two = new MetricReader(service.Replicas[1].Services);
        using var both = new MetricReader(service.Replicas[0].Services, service.Replicas[1].Services);
        var recorded = await service.Bus.ListenAsync<CallRecorded>();
        await service.QueueAsync(1, Priority.High, "13800138001");
        await service.QueueAsync(2, Priority.Low, "13800138002", "13800138003");

        service.Clock.Advance(TimeSpan.FromMinutes(5));

        foreach (var replica in new[] { one, two })
        {
            await Eventually.Be(() => replica.Now("emptynumber.queue.numbers", "low"), 2);
            replica.Now("emptynumber.queue.numbers", "high").ShouldBe(1);
            replica.Now("emptynumber.queue.numbers", "normal").ShouldBe(0);
            await Eventually.Async(() => Task.FromResult(replica.Now("emptynumber.queue.oldest", "low") >= 285), () => $"{replica.Now("emptynumber.queue.oldest", "low")} s");
            replica.Now("emptynumber.clients").ShouldBe(0);
            replica.Now("emptynumber.extensions", "free").ShouldBe(3);
        }

        var dialer = service.NewDialer();
        await dialer.JoinAsync(2);
        var plan = await dialer.DialPlanAsync();
        await dialer.StatusAsync("call", plan[1].Extension, plan[1].Number);
        await dialer.UploadAsync(plan[0].Extension, plan[0].Number);
        service.Clock.Advance(SampleInterval);

        foreach (var replica in new[] { one, two })
        {
            await Eventually.Be(() => replica.Now("emptynumber.jobs", "recorded"), 1);
            replica.Now("emptynumber.jobs", "dialling").ShouldBe(1);
            replica.Now("emptynumber.jobs", "assigned").ShouldBe(0);
            replica.Now("emptynumber.clients").ShouldBe(1);
            replica.Now("emptynumber.extensions", "leased").ShouldBe(2);
            replica.Now("emptynumber.extensions", "free").ShouldBe(1);
        }

        await Eventually.Be(() => recorded.Count, 1);
        await service.Bus.PublishAsync(Verdicts.Of(recorded.Single().CallId, NumberState.Vacant));

        await Eventually.Be(() => both.All("emptynumber.number.duration", "vacant").Count, 1);
        both.All("emptynumber.number.duration", "vacant").Single().ShouldBeInRange(300, 400);
        both.All("emptynumber.calls", "decided").ShouldBe([1]);
    }

    [Fact]
    public async Task A_lost_client_and_its_calls_are_counted_once()
    {
        await using var service = await CoordinatorService.StartAsync(servers, clientTimeout: "00:00:02");
        using var metrics = new MetricReader(service.Replicas[0].Services, service.Replicas[1].Services);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, "13800138001");
        await dialer.DialPlanAsync();

        await service.WatchUntilAsync(
            () => Task.FromResult(Count("emptynumber.calls", "not_begun") == 1 && Count("emptynumber.clients.lost") == 1),
            () => $"{Count("emptynumber.calls", "not_begun")} calls, {Count("emptynumber.clients.lost")} clients");

        double Count(string name, string tag = "") => metrics.All(name, tag).Sum();
    }
}
