using System.Diagnostics;
using EmptyNumber.TestSupport;
using static EmptyNumber.PhonePool.Tests.PoolClient;

namespace EmptyNumber.PhonePool.Tests;

[Collection("pool")]
public sealed class WaitTests(PoolServers servers)
{
    [Fact]
    public async Task A_waiting_app_has_its_code_within_200_ms_of_its_arrival_whichever_replica_took_it()
    {
        await using var suite = await servers.StartInRealTimeAsync();
        using var one = suite.Replica(0);
        using var other = suite.Replica(1);
        await suite.Client.UploadAsync("1");
        await suite.Client.TakeAsync("a", 1);
        var delays = new List<TimeSpan>();
        for (var round = 0; round < 210; round++)
        {
            var waiting = Task.Run(async () => (Codes: await (round % 2 == 0 ? suite.Client : other).CodesAsync("a", wait: 30), At: Stopwatch.GetTimestamp()));
            if (round % 3 == 0)
                await Task.Delay(5);
            await one.BringAsync("a", ("1", $"{round}"));
            var arrived = Stopwatch.GetTimestamp();
            var (codes, at) = await waiting;
            codes.ShouldBe([$"{round}"]);
            delays.Add(Stopwatch.GetElapsedTime(arrived, at));
        }

        // The first rounds compile.
        delays.Skip(10).Order().ElementAt(197).ShouldBeLessThan(TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public async Task Of_many_who_wait_for_one_code_one_gets_it()
    {
        await using var suite = await servers.StartInRealTimeAsync();
        await suite.Client.UploadAsync("1");
        await suite.Client.TakeAsync("a", 1);
        var waiting = Enumerable.Range(0, 30).Select(_ => suite.Client.CodesAsync("a", wait: 2)).ToList();
        await suite.Client.BringAsync(null, ("1", "one"));
        (await Task.WhenAll(waiting)).SelectMany(codes => codes).ShouldBe(["one"]);
    }

    [Fact]
    public async Task A_wait_ends_with_its_time()
    {
        await using var suite = await servers.StartAsync();
        var waiting = suite.Client.FetchAsync("/vcodes/a?wait=60");
        await Eventually.Async(
            () =>
            {
                suite.Clock.Advance(TimeSpan.FromSeconds(20));
                return Task.FromResult(waiting.IsCompleted);
            },
            () => "still waiting");
        (await waiting).ShouldBe((208, NothingNow));
    }

    [Fact]
    public async Task Who_waits_holds_no_connection_of_the_database_and_an_app_that_left_gets_nothing()
    {
        await using var suite = await servers.StartInRealTimeAsync();
        await suite.Client.UploadAsync(Mobiles(2));
        await suite.Client.TakeAsync("a", 1);
        using var leave = new CancellationTokenSource();
        var leavers = Enumerable.Range(0, 100).Select(_ => suite.Client.GetAsync("/vcodes/a?wait=60", leave.Token)).ToList();

        // Far more wait than there are connections, and others are served.
        (await suite.Client.TakeAsync("b", 1)).ShouldHaveSingleItem().ShouldBe(Mobiles(1).Single());
        await leave.CancelAsync();
        await Task.WhenAll(leavers.Select(async leaver => await Should.ThrowAsync<OperationCanceledException>(leaver)));
        await Eventually.Async(
            async () =>
            {
                await suite.Client.BringAsync(null, (Mobiles(2)[1], $"{Guid.NewGuid()}"));
                return (await suite.Client.CodesAsync("a")).Length == 1;
            },
            () => "those who left get the codes");
    }

    [Fact]
    public async Task More_than_may_wait_are_answered_at_once()
    {
        await using var suite = await servers.StartAsync(("PhonePool:MaxWaitingRequests", "0"));
        (await suite.Client.FetchAsync("/vcodes/a?wait=60")).ShouldBe((208, NothingNow));
    }

    [Fact]
    public async Task A_replica_that_stops_answers_those_who_wait_there()
    {
        await using var suite = await servers.StartAsync();
        using var replica = suite.Replica(0);
        var waiting = replica.FetchAsync("/vcodes/a?wait=60");
        await suite.Client.UploadAsync("1");
        var watch = Stopwatch.StartNew();
        await suite.StopAsync(0);
        (await waiting).ShouldBe((208, NothingNow));
        watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(9));
    }

    [Fact]
    public async Task A_code_whose_notification_was_lost_is_found_within_two_seconds()
    {
        await using var suite = await servers.StartInRealTimeAsync();
        await suite.Client.UploadAsync("1");
        await suite.Client.TakeAsync("a", 1);
        var waiting = suite.Client.CodesAsync("a", wait: 30);
        await Task.WhenAny(waiting, Task.Delay(100));

        // As a replica leaves it that dies between its commit and the notification, once that the listening connections are gone.
        await suite.ScalarAsync<long>("select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = current_database() and query like 'listen%'");
        await suite.ScalarAsync<string>(
            "insert into codes values ('1', 'a', 'lost', '', 'a', false, 1, now() + interval '1 minute') returning vcode");
        (await waiting.WaitAsync(TimeSpan.FromSeconds(10))).ShouldBe(["lost"]);
    }
}
