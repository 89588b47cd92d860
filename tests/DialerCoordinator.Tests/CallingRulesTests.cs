using System.Text.Json;
using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.TestSupport;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace EmptyNumber.DialerCoordinator.Tests;

[Collection("coordinator")]
public sealed class CallingRulesTests(CoordinatorServers servers)
{
    private const string Number = "13800138000";

    [Fact]
    public async Task Nothing_is_assigned_outside_the_calling_hours()
    {
        await using var service = await CoordinatorService.StartAsync(servers, settings: [("CallingRules:Hours", "08:00-21:00"), ("CallingRules:TimeZone", "Asia/Shanghai")]);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(2);
        await service.QueueAsync(1, Number, "13800138001", "13800138002");
        AdvanceTo(service, "20:59:30");
        (await dialer.DialPlanAsync()).Length.ShouldBe(2);

        AdvanceTo(service, "21:00:00");
        (await dialer.DialPlanAsync()).ShouldBeEmpty("what was assigned and has not begun is not dialled either");
        var rules = (await FleetAsync(service)).GetProperty("rules");
        rules.GetProperty("open").GetBoolean().ShouldBeFalse();
        rules.GetProperty("changesAt").GetDateTimeOffset().ShouldBe(service.Clock.GetUtcNow() + TimeSpan.FromHours(11), TimeSpan.FromSeconds(1));
        AdvanceTo(service, "07:59:59");
        (await dialer.DialPlanAsync()).ShouldBeEmpty();

        AdvanceTo(service, "08:00:00");
        await service.WatchUntilAsync(async () => (await dialer.DialPlanAsync()).Length == 2, () => "nothing is assigned");
        (await FleetAsync(service)).GetProperty("rules").GetProperty("open").GetBoolean().ShouldBeTrue();
        await service.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_number_is_called_so_often_a_day_and_goes_on_the_day_after()
    {
        await using var service = await CoordinatorService.StartAsync(
            servers, settings: [("CallingRules:CallsPerNumberADay", "2"), ("RetryPolicy:Rules:Unreachable:After", "00:00:01")]);
        var resolved = await service.Bus.ListenAsync<NumbersResolved>();
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        AdvanceTo(service, "12:00:00");
        await service.QueueAsync(1, Number);
        for (var call = 0; call < 2; call++)
        {
            await service.WatchUntilAsync(async () => (await dialer.DialPlanAsync()).Length == 1, () => $"call {call} is not assigned");
            await service.FinishAsync(dialer, "8001", Number, NumberState.Unreachable);
        }

        await service.QueueAsync(2, "13800138001");
        await service.WatchUntilAsync(
            async () => await service.QueryAsync(db => db.DialJobs.CountAsync(job => job.State == DialJobState.Queued)) == 2, () => "it is not queued again");
        (await dialer.DialPlanAsync()).ShouldBe([("8001", "13800138001")], "the one held back does not stand in the way of others");
        (await FleetAsync(service)).GetProperty("queue").GetProperty("held").ToString().ShouldBe("""{"calls_a_day":1}""");
        await service.FinishAsync(dialer, "8001", "13800138001", NumberState.Vacant);
        AdvanceTo(service, "23:59:59");
        (await dialer.DialPlanAsync()).ShouldBeEmpty();

        await service.WatchUntilAsync(async () => (await dialer.DialPlanAsync()) is [("8001", Number)], () => "not dialled on the next day");
        LocalTime(service).ShouldBeLessThan(TimeSpan.FromMinutes(10));
        await service.FinishAsync(dialer, "8001", Number, NumberState.Unreachable);
        await Eventually.Be(() => resolved.Count, 2);
        resolved.Last().Numbers.Single().Attempts.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_number_ends_after_so_many_attempts_whatever_the_retry_policy_says()
    {
        await using var service = await CoordinatorService.StartAsync(
            servers, settings: [("CallingRules:AttemptsPerNumber", "2"), ("RetryPolicy:Rules:Unreachable:After", "00:00:01")]);
        var resolved = await service.Bus.ListenAsync<NumbersResolved>();
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, Number);

        for (var call = 0; call < 2; call++)
        {
            await service.WatchUntilAsync(async () => (await dialer.DialPlanAsync()).Length == 1, () => $"call {call} is not assigned");
            await service.FinishAsync(dialer, "8001", Number, NumberState.Unreachable);
        }

        await Eventually.Be(() => resolved.Count, 1);
        resolved.Single().Numbers.Single().State.ShouldBe(NumberState.Unreachable);
    }

    [Fact]
    public async Task A_number_queued_for_one_more_attempt_ends_when_the_rules_have_become_stricter()
    {
        await using var service = await CoordinatorService.StartAsync(servers, settings: [("CallingRules:AttemptsPerNumber", "1")]);
        var resolved = await service.Bus.ListenAsync<NumbersResolved>();
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, Number);
        await service.QueryAsync(db => db.Database.ExecuteSqlAsync(
            $"""
            update dial_jobs set call_id = gen_random_uuid();
            insert into calls (id, job_id, number, client_id, extension, started_at, outcome, failure)
            select call_id, id, number, 'somebody', '8001', {service.Clock.GetUtcNow()}, 5, 'no recording was uploaded' from dial_jobs
            """));

        (await dialer.DialPlanAsync()).ShouldBeEmpty();

        await service.WatchUntilAsync(() => Task.FromResult(!resolved.IsEmpty), () => "it is never told");
        resolved.Single().Numbers.Single().State.ShouldBe(NumberState.Unknown);
    }

    [Fact]
    public async Task An_extension_makes_so_many_calls_an_hour()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 2, settings: [("CallingRules:CallsPerExtensionAnHour", "2")]);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(2);
        await service.QueueAsync(1, [.. Enumerable.Range(0, 10).Select(i => $"1380013800{i}")]);
        for (var call = 0; call < 2; call++)
        {
            foreach (var (extension, number) in await dialer.DialPlanAsync())
                await dialer.UploadAsync(extension, number);
            service.Clock.Advance(TimeSpan.FromMinutes(10));
        }

        (await service.QueryAsync(db => db.Calls.CountAsync())).ShouldBe(4);
        (await dialer.DialPlanAsync()).ShouldBeEmpty();
        (await AtLimitAsync(service)).ShouldBe(["8001", "8002"]);
        service.Clock.Advance(TimeSpan.FromMinutes(40));

        (await dialer.DialPlanAsync()).Length.ShouldBe(2);
        (await AtLimitAsync(service)).ShouldBe(["8001", "8002"], "a call under way counts");
        await service.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_call_that_was_never_begun_counts_for_no_limit()
    {
        await using var service = await CoordinatorService.StartAsync(
            servers, extensions: 1,
            settings: [("CallingRules:AttemptsPerNumber", "1"), ("CallingRules:CallsPerNumberADay", "1"), ("CallingRules:CallsPerExtensionAnHour", "1")]);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, Number);

        for (var assigned = 0; assigned < 3; assigned++)
        {
            await service.WatchUntilAsync(async () => (await dialer.DialPlanAsync()).Length == 1, () => $"assigned {assigned} times");
            await dialer.StatusAsync("unregistered", "8001");
            await dialer.StatusAsync("idle", "8001");
        }

        (await service.QueryAsync(db => db.Calls.CountAsync(call => call.Outcome == CallOutcome.NotBegun))).ShouldBe(3);
        await service.WatchUntilAsync(async () => (await dialer.DialPlanAsync()).Length == 1, () => "not assigned");
        await service.FinishAsync(dialer, "8001", Number, NumberState.Unreachable);
        (await AtLimitAsync(service)).ShouldBe(["8001"]);
    }

    [Fact]
    public async Task Numbers_on_the_do_not_call_list_end_without_a_call_queued_or_deferred_or_new()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var resolved = await service.Bus.ListenAsync<NumbersResolved>();
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, "13800138001");
        await dialer.DialPlanAsync();
        await service.FinishAsync(dialer, "8001", "13800138001", NumberState.Unreachable);
        await service.QueueAsync(2, "13800138002", "13800138003");
        await BlockAsync(service, "13800138001", "13800138002", "13800138004");
        var late = await service.QueueAsync(3, "13800138004");

        (await dialer.DialPlanAsync()).ShouldBe([("8001", "13800138003")]);
        await service.FinishAsync(dialer, "8001", "13800138003", NumberState.Vacant);
        await service.WatchUntilAsync(() => Task.FromResult(Numbers().Count == 4), () => $"{Numbers().Count} numbers are told");
        (await dialer.DialPlanAsync()).ShouldBeEmpty();

        var numbers = Numbers().Where(number => number.Number != "13800138003").ToList();
        numbers.ShouldAllBe(number => number.State == NumberState.Unknown && number.Reason == "do_not_call");
        numbers.Single(number => number.Number == "13800138004").RecordIds.ShouldBe(late);
        numbers.Single(number => number.Number == "13800138001").Attempts.Count.ShouldBe(1);
        (await service.QueryAsync(db => db.Calls.CountAsync())).ShouldBe(2);
        await service.ShouldBeSoundAsync();

        List<ResolvedNumber> Numbers() => [.. resolved.SelectMany(message => message.Numbers)];
    }

    [Fact]
    public async Task The_do_not_call_list_is_looked_at_when_a_number_is_assigned_however_many_are_on_it()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        string[] blocked = [.. Enumerable.Range(0, 700).Select(i => $"138000{i:d5}")];
        await service.QueueAsync(1, [.. blocked, Number]);
        await service.QueryAsync(db => db.Database.ExecuteSqlAsync($"insert into do_not_call select number, '', now() from unnest({blocked}) as number"));

        (await dialer.DialPlanAsync()).ShouldBe([("8001", Number)]);
    }

    [Fact]
    public async Task A_number_that_is_put_on_the_list_before_its_call_begins_is_not_handed_out_again_and_ends_outside_the_calling_hours()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1, settings: [("CallingRules:Hours", "08:00-21:00")]);
        var resolved = await service.Bus.ListenAsync<NumbersResolved>();
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, Number);
        AdvanceTo(service, "20:59:30");
        (await dialer.DialPlanAsync()).ShouldBe([("8001", Number)]);

        await BlockAsync(service, Number);

        (await dialer.DialPlanAsync()).ShouldBeEmpty();
        service.Clock.Advance(TimeSpan.FromSeconds(60));
        await service.WatchUntilAsync(() => Task.FromResult(!resolved.IsEmpty), () => "it is never told");
        var number = resolved.Single().Numbers.ShouldHaveSingleItem();
        (number.State, number.Reason, number.Attempts.Count).ShouldBe((NumberState.Unknown, "do_not_call", 0));
        await service.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_number_that_is_put_on_the_list_during_its_call_ends_in_place_of_another_call_without_a_dialer()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1, settings: [("RetryPolicy:Rules:Failed:After", "00:00:01")]);
        var resolved = await service.Bus.ListenAsync<NumbersResolved>();
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, Number);
        await dialer.DialPlanAsync();
        await dialer.StatusAsync("call", "8001", Number);

        await BlockAsync(service, Number);
        await dialer.LeaveAsync();

        await service.WatchUntilAsync(() => Task.FromResult(!resolved.IsEmpty), () => "it is never told");
        var number = resolved.Single().Numbers.ShouldHaveSingleItem();
        (number.State, number.Reason, number.Attempts.Count).ShouldBe((NumberState.Unknown, "do_not_call", 1));
        await service.ShouldBeSoundAsync();
    }

    [Theory]
    [InlineData("CallingRules:Hours", "8 to 9", "CallingRules:Hours: '8 to 9'")]
    [InlineData("CallingRules:TimeZone", "Mars/Olympus", "CallingRules:TimeZone: 'Mars/Olympus'")]
    [InlineData("CallingRules:CallsPerNumberADay", "-1", "CallsPerNumberADay")]
    [InlineData("CallingRules:CallsPerNumberPerDay", "5", "CallsPerNumberPerDay")]
    [InlineData("RetryPolicy:Rules:NoAnwser:Again", "2", "RetryPolicy:Rules:NoAnwser")]
    [InlineData("RetryPolicy:Rules:NoAnswer:Again", "101", "RetryPolicy:Rules:NoAnswer:Again")]
    [InlineData("RetryPolicy:Rules:NoAnswer:After", "soon", "RetryPolicy:Rules:NoAnswer:After")]
    [InlineData("RetryPolicy:Rules:NoAnswer:Aftr", "00:01:00", "Aftr")]
    [InlineData("Fleet:WatchInterval", "00:00:10", "Fleet:WatchInterval")]
    [InlineData("Fleet:KeepRows", "1.00:00:00", "Fleet:KeepRows")]
    public void Options_that_cannot_be_meant_are_told_at_the_start(string key, string value, string told)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Configuration.AddInMemoryCollection([KeyValuePair.Create(key, (string?)value)]);
        builder.AddDialerCoordinator();
        using var host = builder.Build();

        Should.Throw<Exception>(host.Services.GetRequiredService<IStartupValidator>().Validate).ToString().ShouldContain(told);
    }

    [Fact]
    public async Task A_state_that_has_a_rule_is_dialled_again()
    {
        await using var service = await CoordinatorService.StartAsync(
            servers, extensions: 2, settings: [("RetryPolicy:Rules:NoAnswer:Again", "1"), ("RetryPolicy:Rules:NoAnswer:After", "01:00:00"), ("RetryPolicy:Rules:NoAnswer:Elsewhere", "true")]);
        var resolved = await service.Bus.ListenAsync<NumbersResolved>();
        var dialer = service.NewDialer();
        await dialer.JoinAsync(2);
        await service.QueueAsync(1, Number);
        var first = (await dialer.DialPlanAsync()).Single();
        await service.FinishAsync(dialer, first.Extension, Number, NumberState.NoAnswer);

        service.Clock.Advance(TimeSpan.FromMinutes(59));
        (await dialer.DialPlanAsync()).ShouldBeEmpty();
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        (string Extension, string Number)[] second = [];
        await service.WatchUntilAsync(async () => (second = await dialer.DialPlanAsync()).Length == 1, () => "not dialled again");
        second[0].Extension.ShouldNotBe(first.Extension);
        await service.FinishAsync(dialer, second[0].Extension, Number, NumberState.NoAnswer);

        await Eventually.Be(() => resolved.Count, 1);
        resolved.Single().Numbers.Single().State.ShouldBe(NumberState.NoAnswer);
    }

    private static Task<JsonElement> BlockAsync(CoordinatorService service, params string[] numbers) =>
        service.NewOperator().PostAsync("/do-not-call/", JsonSerializer.Serialize(new { numbers }));

    private static Task<JsonElement> FleetAsync(CoordinatorService service) => service.NewOperator().GetAsync("/fleet/");

    private static async Task<string[]> AtLimitAsync(CoordinatorService service) =>
        [.. (await FleetAsync(service)).GetProperty("rules").GetProperty("extensionsAtLimit").EnumerateArray().Select(extension => extension.GetString()!)];

    /// <summary>Moves the clock to the next time that it shows this in Shanghai, without letting anything time out on a client.</summary>
    private static void AdvanceTo(CoordinatorService service, string localTime)
    {
        var by = TimeSpan.Parse(localTime) - LocalTime(service);
        service.Clock.Advance(by < TimeSpan.Zero ? by + TimeSpan.FromDays(1) : by);
    }

    private static TimeSpan LocalTime(CoordinatorService service) => (service.Clock.GetUtcNow().UtcDateTime + TimeSpan.FromHours(8)).TimeOfDay;
}
