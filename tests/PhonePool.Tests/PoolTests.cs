using System.Collections.Concurrent;
using EmptyNumber.TestSupport;
using static EmptyNumber.PhonePool.Tests.PoolClient;

namespace EmptyNumber.PhonePool.Tests;

[Collection("pool")]
public sealed class PoolTests(PoolServers servers)
{
    [Fact]
    public async Task The_first_that_there_is_room_for_are_taken_and_what_is_pooled_is_refreshed()
    {
        await using var suite = await servers.StartAsync();
        var client = suite.Client;
        await client.ResizeAsync(3);
        (await client.UploadAsync("1", "2")).ShouldBe((200, Used("1", "2")));
        (await client.UploadAsync("3", "1", "4", "2", "3")).ShouldBe((200, Used("3", "1", "2")));
        (await client.UploadAsync("5")).ShouldBe((406, NoneUsed));
        (await client.UploadAsync("5", "2")).ShouldBe((200, Used("2")));

        (await client.TakeAsync("a", 1)).ShouldBe(["2"]);
        (await client.UploadAsync("6", "7")).ShouldBe((200, Used("6")));
        (await client.TakeAsync("a", 9)).ShouldBe(["6", "1", "3"], ignoreOrder: true);
        (await client.TakeAsync("a", 9)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Refreshing_keeps_what_was_said_last_and_makes_the_mobile_the_newest()
    {
        await using var suite = await servers.StartAsync();
        await suite.Client.PostItemsAsync("/phones", new { mobile = "1", imsi = "old", cid = "old" }, new { mobile = "2" });
        await suite.Client.PostItemsAsync("/phones", new { mobile = "1", imsi = "new" });
        (await suite.Client.FetchAsync("/mobiles/a/2")).Body.ShouldBe(
            """{"code":200,"data":[{"mobile":"1","cid":"","imsi":"new","imei":"","iccid":"","ip":""},{"mobile":"2","cid":"","imsi":"","imei":"","iccid":"","ip":""}]}""");
    }

    [Fact]
    public async Task A_smaller_size_takes_nothing_away_and_a_size_of_zero_takes_nothing_in()
    {
        await using var suite = await servers.StartAsync();
        await suite.Client.UploadAsync(Mobiles(5));
        await suite.Client.ResizeAsync(2);
        (await suite.Client.UploadAsync("x")).ShouldBe((406, NoneUsed));
        (await suite.Client.TakeAsync("a", 3)).Length.ShouldBe(3);
        (await suite.Client.UploadAsync("x")).ShouldBe((406, NoneUsed));
        (await suite.Client.TakeAsync("a", 1)).Length.ShouldBe(1);
        (await suite.Client.UploadAsync("x")).ShouldBe((200, Used("x")));
        await suite.Client.ResizeAsync(0);
        await suite.Client.TakeAsync("a", 9);
        (await suite.Client.UploadAsync("y")).ShouldBe((406, NoneUsed));
    }

    [Fact]
    public async Task The_size_is_1000_by_default_the_same_for_all_replicas_and_kept_across_restarts()
    {
        var database = servers.NewDatabase("phonepool");
        await using (var before = await PoolSuite.StartAsync(database, []))
        {
            (await before.Client.UploadAsync(Mobiles(1001))).ShouldBe((200, Used(Mobiles(1000))));
            using var one = before.Replica(0);
            using var other = before.Replica(1);
            await one.ResizeAsync(1001);
            (await other.UploadAsync("x", "y")).ShouldBe((200, Used("x")));
        }

        await using var after = await PoolSuite.StartAsync(database, []);
        (await after.Client.UploadAsync("y")).ShouldBe((406, NoneUsed));
        (await after.Client.TakeAsync("a", 2)).ShouldBe(["x", Mobiles(1000)[^1]]);
    }

    [Fact]
    public async Task A_mobile_that_was_handed_out_is_gone_until_it_is_uploaded_again()
    {
        await using var suite = await servers.StartAsync();
        await suite.Client.UploadAsync("1");
        (await suite.Client.TakeAsync("a", 1)).ShouldBe(["1"]);
        (await suite.Client.TakeAsync("b", 1)).ShouldBeEmpty();
        suite.Clock.Advance(TimeSpan.FromHours(24));
        (await suite.Client.TakeAsync("b", 1)).ShouldBeEmpty();
        (await suite.Client.UploadAsync("1")).ShouldBe((200, Used("1")));
        (await suite.Client.TakeAsync("b", 1)).ShouldBe(["1"]);
    }

    [Fact]
    public async Task Two_hundred_takers_of_a_thousand_mobiles_get_each_once()
    {
        await using var suite = await servers.StartAsync();
        await suite.Client.UploadAsync(Mobiles(1000));
        var taken = await Task.WhenAll(Enumerable.Range(0, 200).Select(async taker =>
        {
            var mine = new List<string>();
            while (await suite.Client.TakeAsync($"app{taker % 10}", 1 + taker % 7) is { Length: > 0 } mobiles)
                mine.AddRange(mobiles);
            return mine;
        }));
        taken.SelectMany(mine => mine).Order().ShouldBe(Mobiles(1000));
        (await suite.ScalarAsync<long>("select count(*) from hand_outs")).ShouldBe(1000);
    }

    [Fact]
    public async Task There_are_never_more_than_the_size_whoever_uploads_and_takes_at_once()
    {
        await using var suite = await servers.StartAsync();
        await suite.Client.ResizeAsync(100);
        var most = 0L;
        var used = new ConcurrentBag<int>();
        var taken = new ConcurrentBag<int>();
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        await Task.WhenAll(
        [
            .. Enumerable.Range(0, 8).Select(handset => UntilEndAsync(async round =>
            {
                // Numbers that others upload and apps take meanwhile, so that refreshing and taking meet.
                var (status, body) = await suite.Client.UploadAsync(Mobiles(20, first: (round * 13 + handset * 20) % 300));
                (status is 200 or 406).ShouldBeTrue(body);
                used.Add(body.Split("139").Length - 1);
            })),
            .. Enumerable.Range(0, 4).Select(app => UntilEndAsync(async _ => taken.Add((await suite.Client.TakeAsync($"app{app}", 15)).Length))),
            UntilEndAsync(async _ => most = Math.Max(most, await suite.ScalarAsync<long>("select count(*) from mobiles"))),
        ]);
        most.ShouldBeInRange(1, 100);
        used.ShouldContain(count => count > 0);
        taken.ShouldContain(count => count > 0);
        (await suite.ScalarAsync<long>("select pooled - (select coalesce(sum(mobiles), 0) from withdrawals) from pool"))
            .ShouldBe(await suite.ScalarAsync<long>("select count(*) from mobiles"));

        async Task UntilEndAsync(Func<int, Task> work)
        {
            for (var round = 0; !end.IsCancellationRequested; round++)
                await work(round);
        }
    }

    [Fact]
    public async Task An_answer_has_as_many_as_the_setting_allows_and_the_rest_stays()
    {
        await using var suite = await servers.StartAsync(("PhonePool:MaxItemsPerAnswer", "3"));
        await suite.Client.UploadAsync(Mobiles(5));
        (await suite.Client.TakeAsync("a", int.MaxValue)).Length.ShouldBe(3);
        (await suite.Client.FetchAsync("/mobiles/a/99999999999999999999")).Status.ShouldBe(200);
        await suite.Client.BringAsync("a", [.. Mobiles(5).Select(mobile => (mobile, mobile))]);
        (await suite.Client.CodesAsync("a")).Length.ShouldBe(3);
        (await suite.Client.CodesAsync("a")).Length.ShouldBe(2);
        (await suite.Client.CodesAsync("a")).ShouldBeEmpty();
    }
}
