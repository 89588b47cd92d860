using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Infrastructure;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.TestSupport;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EmptyNumber.DialerCoordinator.Tests;

/// <summary>Whoever held an extension once cannot be taken for the one that holds it now.</summary>
[Collection("coordinator")]
public sealed class FencingTests(CoordinatorServers servers)
{
    private const string Number = "13800138000";

    [Fact]
    public async Task A_client_that_Redis_has_forgotten_in_its_call_is_not_heard_and_its_recording_counts()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1);
        var recorded = await service.Bus.ListenAsync<CallRecorded>();
        var (old, next) = (service.NewDialer(), service.NewDialer());
        await old.JoinAsync(1);
        await service.QueueAsync(1, Number, "13800138001");
        var first = (await old.DialPlanAsync()).ShouldHaveSingleItem();
        await old.StatusAsync("call", "8001", first.Number);

        await CoordinatorService.EmptyRedisAsync(servers);
        await next.JoinAsync(1);
        await old.StatusAsync("during", "8001", first.Number, expected: 404);
        await old.SendAsync("GET", $"/dialplan/{old.Id}", expected: 404);
        (string, string)[] plan = [];
        await service.WatchUntilAsync(async () => (plan = await next.DialPlanAsync()).Length == 1, () => "nothing is assigned");
        await service.ShouldBeSoundAsync();
        await old.UploadAsync("8001", first.Number);

        await Eventually.Be(() => recorded.Count, 1);
        await service.ShouldBeSoundAsync();
        var jobs = await service.QueryAsync(db => db.DialJobs.AsNoTracking().ToListAsync());
        jobs.Single(job => job.Number == first.Number).State.ShouldBe(DialJobState.Recorded);
        jobs.Count(job => job.IsWith(next.Id, "8001")).ShouldBe(plan[0].Item2 == first.Number ? 0 : 1);
    }

    [Fact]
    public async Task Tokens_grow_when_Redis_has_lost_its_memory_and_its_clock()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1);
        await service.NewDialer().JoinAsync(1);
        var later = await TokenAsync(service) + 3_600_000_000;
        await service.QueryAsync(db => db.Database.ExecuteSqlAsync($"update extensions set lease_token = {later}"));

        await CoordinatorService.EmptyRedisAsync(servers);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);

        (await TokenAsync(service)).ShouldBe(later + 1);
        await service.QueueAsync(1, Number);
        (await dialer.DialPlanAsync()).Length.ShouldBe(1);
    }

    [Fact]
    public async Task An_older_lease_gets_no_number_and_its_reports_are_refused()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, Number, "13800138001");
        var plan = (await dialer.DialPlanAsync()).ShouldHaveSingleItem();

        // As if another replica had leased the extension to somebody else, in a Redis that was lost since.
        await service.QueryAsync(db => db.Database.ExecuteSqlAsync($"update extensions set lease_token = lease_token + 1"));

        foreach (var status in new[] { "call", "idle", "unregistered" })
            await dialer.StatusAsync(status, "8001", plan.Number, expected: 409);
        (await dialer.DialPlanAsync()).ShouldBeEmpty();
        await service.WatchUntilAsync(
            async () => await service.QueryAsync(db => db.DialJobs.CountAsync(job => job.ClientId != null)) == 0, () => "the older lease keeps its number");
        (await dialer.DialPlanAsync()).ShouldBeEmpty();
        await dialer.AccountsAsync(1);
        (await dialer.DialPlanAsync()).Length.ShouldBe(1);
        await service.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task A_claim_that_was_under_way_when_the_lease_was_lost_gets_nothing()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1);
        var (old, next) = (service.NewDialer(), service.NewDialer());
        await old.JoinAsync(1);
        await service.QueueAsync(1, Number);
        var (leases, assignment) = (service.Get<Leases>(), service.Get<Assignment>());
        var stale = (await leases.FreeAsync(old.Id, CancellationToken.None)).ShouldNotBeNull();
        await old.LeaveAsync();
        await next.JoinAsync(1);

        (await assignment.AssignAsync(old.Id, stale, CancellationToken.None)).ShouldBeEmpty();

        (await next.DialPlanAsync()).Length.ShouldBe(1);
        await service.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task Two_clients_that_race_for_the_last_extension_never_both_have_it()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1);
        var dialers = Enumerable.Range(0, 6).Select(_ => service.NewDialer()).ToArray();
        await Task.WhenAll(dialers.Select(dialer => dialer.NotifyAsync()));
        await service.QueueAsync(1, Number);

        for (var round = 0; round < 5; round++)
        {
            var got = await Task.WhenAll(dialers.Select(dialer => dialer.AccountsAsync(1, "&partial=true")));
            got.Sum(extensions => extensions.Length).ShouldBe(1);
            var plans = await Task.WhenAll(dialers.Select(dialer => dialer.DialPlanAsync()));
            plans.Sum(plan => plan.Length).ShouldBe(1);
            await service.ShouldBeSoundAsync();
            var winner = dialers[Array.FindIndex(got, extensions => extensions.Length == 1)];
            await winner.LeaveAsync();
            await winner.NotifyAsync();
            await service.WatchUntilAsync(
                async () => await service.QueryAsync(db => db.DialJobs.AnyAsync(job => job.State == DialJobState.Queued)), () => "the number does not come back");
        }
    }

    [Fact]
    public async Task A_client_that_comes_back_after_it_was_lost_has_to_join_anew()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1, clientTimeout: "00:00:01");
        var (silent, other) = (service.NewDialer(), service.NewDialer());
        await silent.JoinAsync(1);
        await service.QueueAsync(1, Number);
        var plan = (await silent.DialPlanAsync()).Single();
        await silent.StatusAsync("call", "8001", plan.Number);
        await service.WatchUntilAsync(
            async () => await service.QueryAsync(db => db.DialJobs.CountAsync(job => job.ClientId != null)) == 0, () => "the client still has its number");

        await silent.BeatAsync(expected: 404);
        await silent.StatusAsync("idle", "8001", expected: 404);
        await other.JoinAsync(1);
        await service.ShouldBeSoundAsync();
        await other.LeaveAsync();
        (await silent.JoinAsync(1)).ShouldBe(["8001"]);
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        await service.WatchUntilAsync(
            async () =>
            {
                await silent.BeatAsync();
                return (await silent.DialPlanAsync()).Length == 1;
            },
            () => "nothing is assigned");
        await service.ShouldBeSoundAsync();
    }

    private static Task<long> TokenAsync(CoordinatorService service) =>
        service.QueryAsync(db => db.Extensions.AsNoTracking().Select(extension => extension.LeaseToken).SingleAsync());
}
