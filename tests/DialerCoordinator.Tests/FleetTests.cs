using System.Text.Json;
using EmptyNumber.Contracts;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.DialerCoordinator.Tests;

[Collection("coordinator")]
public sealed class FleetTests(CoordinatorServers servers)
{
    [Fact]
    public async Task The_fleet_shows_who_is_there_what_each_extension_does_and_what_waits()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 6);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(5, "机房一");
        await service.QueueAsync(1, "13800138001", "13800138002", "13800138003");
        foreach (var extension in new[] { "8003", "8004", "8005" })
            await dialer.StatusAsync("unregistered", extension);
        var plan = await dialer.DialPlanAsync();
        plan.Select(item => item.Extension).ShouldBe(["8001", "8002"], ignoreOrder: true);
        await dialer.StatusAsync("call", plan[0].Extension, plan[0].Number);
        await dialer.StatusAsync("idle", "8003");
        await service.QueryAsync(db => db.Extensions.Where(extension => extension.Number == "8005")
            .ExecuteUpdateAsync(set => set.SetProperty(e => e.QuarantinedAt, service.Clock.GetUtcNow()).SetProperty(e => e.QuarantineReason, "debt")));
        await service.QueueAsync(2, Priority.High, "13800138004", "13800138005");
        service.Clock.Advance(TimeSpan.FromSeconds(30));

        var fleet = await service.NewOperator().GetAsync("/fleet/");

        var client = fleet.GetProperty("clients").EnumerateArray().ShouldHaveSingleItem();
        client.GetProperty("client").GetString().ShouldBe(dialer.Id[..8]);
        client.GetProperty("name").GetString().ShouldBe("机房一");
        client.GetProperty("heartbeatAge").GetDouble().ShouldBeInRange(0, 15);
        client.GetProperty("extensions").EnumerateArray().Select(number => number.GetString()).ShouldBe(["8001", "8002", "8003", "8004", "8005"]);
        fleet.ToString().ShouldNotContain(dialer.Id);

        var extensions = fleet.GetProperty("extensions").EnumerateArray().ToDictionary(extension => extension.GetProperty("extensionNum").GetString()!);
        Shown(plan[0].Extension).ShouldBe(("dialling", plan[0].Number));
        Shown(plan[1].Extension).ShouldBe(("assigned", plan[1].Number));
        Shown("8003").ShouldBe(("idle", null));
        Shown("8004").ShouldBe(("unregistered", null));
        Shown("8005").ShouldBe(("quarantined", null));
        Shown("8006").ShouldBe(("free", null));
        extensions["8005"].GetProperty("reason").GetString().ShouldBe("debt");
        extensions[plan[0].Extension].GetProperty("since").GetDateTimeOffset().ShouldBe(service.Clock.GetUtcNow().AddSeconds(-30), TimeSpan.FromSeconds(1));
        fleet.GetProperty("counts").ToString()
            .ShouldBe("""{"clients":1,"extensions":{"free":1,"idle":1,"assigned":1,"dialling":1,"unregistered":1,"quarantined":1}}""");

        var queue = fleet.GetProperty("queue");
        queue.GetProperty("waiting").ToString().ShouldBe("""{"low":0,"normal":1,"high":2}""");
        queue.GetProperty("oldestAge").GetDouble().ShouldBeInRange(30, 40);

        (string, string?) Shown(string number) => (extensions[number].GetProperty("state").GetString()!, extensions[number].GetProperty("phoneNum").GetString());
    }

    [Fact]
    public async Task A_number_held_back_by_a_rule_is_counted_under_it()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 0);
        await service.QueueAsync(1, "13800138001", "13800138002", "13800138003");
        await service.QueryAsync(db => db.Database.ExecuteSqlAsync(
            $"update dial_jobs set state = 5, due_at = due_at + interval '1 day', held_reason = case number when '13800138001' then null else 'calls_a_day' end"));

        var queue = (await service.NewOperator().GetAsync("/fleet")).GetProperty("queue");

        queue.GetProperty("held").ToString().ShouldBe("""{"calls_a_day":2}""");
        queue.GetProperty("paused").GetInt64().ShouldBe(1);
        queue.GetProperty("oldestAt").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task A_client_that_is_lost_is_not_shown()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1, clientTimeout: "00:00:01");
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        var @operator = service.NewOperator();
        (await @operator.GetAsync("/fleet")).GetProperty("clients").GetArrayLength().ShouldBe(1);

        await service.WatchUntilAsync(
            async () => (await @operator.GetAsync("/fleet")).GetProperty("counts").ToString()
                == """{"clients":0,"extensions":{"free":1,"idle":0,"assigned":0,"dialling":0,"unregistered":0,"quarantined":0}}""",
            () => "it is still there");
    }
}
