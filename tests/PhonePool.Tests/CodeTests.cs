using System.Collections.Concurrent;
using EmptyNumber.TestSupport;
using static EmptyNumber.PhonePool.Tests.PoolClient;

namespace EmptyNumber.PhonePool.Tests;

[Collection("pool")]
public sealed class CodeTests(PoolServers servers)
{
    [Fact]
    public async Task An_app_gets_the_codes_of_its_own_mobiles_each_once_and_the_rest_stay_awaited()
    {
        await using var suite = await servers.StartAsync();
        var client = suite.Client;
        await client.UploadAsync("1", "2", "3");
        (await client.TakeAsync("a", 2)).ShouldBe(["3", "2"]);
        (await client.TakeAsync("b", 1)).ShouldBe(["1"]);

        await client.BringAsync("a", ("3", "three"));
        await client.BringAsync(null, ("1", "one"));
        await client.BringAsync("a", ("1", "not handed to a"));
        (await client.CodesAsync("a")).ShouldBe(["three"]);
        (await client.CodesAsync("a")).ShouldBeEmpty();
        (await client.CodesAsync("b")).ShouldBe(["one"]);

        await client.BringAsync("b", ("2", "of another app"));
        (await client.CodesAsync("a")).ShouldBeEmpty();
        await client.BringAsync("a", ("2", "two"));
        (await client.CodesAsync("a")).ShouldBe(["two"]);
        (await client.CodesAsync("b")).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_newer_code_takes_the_place_of_an_older_one_and_the_same_code_again_changes_nothing()
    {
        await using var suite = await servers.StartAsync();
        await suite.Client.UploadAsync("1");
        await suite.Client.TakeAsync("a", 1);
        await suite.Client.BringAsync("a", ("1", "first"), ("1", "second"));
        await suite.Client.BringAsync("a", ("1", "third"));
        (await suite.Client.CodesAsync("a")).ShouldBe(["third"]);
        await suite.Client.BringAsync("a", ("1", "third"));
        (await suite.Client.CodesAsync("a")).ShouldBeEmpty();
        await suite.Client.BringAsync("a", ("1", "fourth"));
        (await suite.Client.CodesAsync("a")).ShouldBe(["fourth"]);
    }

    [Fact]
    public async Task A_code_that_names_no_app_goes_to_who_has_the_mobile_or_else_to_who_gets_it_next()
    {
        await using var suite = await servers.StartAsync();
        await suite.Client.BringAsync(null, ("1", "early"));
        await suite.Client.UploadAsync("1");
        await suite.Client.TakeAsync("a", 1);
        (await suite.Client.CodesAsync("a")).ShouldBe(["early"]);

        await suite.Client.BringAsync(null, ("1", "for a"));
        await suite.Client.UploadAsync("1");
        await suite.Client.TakeAsync("b", 1);
        (await suite.Client.CodesAsync("b")).ShouldBeEmpty();
        (await suite.Client.CodesAsync("a")).ShouldBe(["for a"]);

        // A named code still reaches the app that waits since before; one without a name is of the one who has the mobile now.
        await suite.Client.BringAsync("a", ("1", "for a by name"));
        await suite.Client.BringAsync("", ("1", "for b"));
        (await suite.Client.CodesAsync("a")).ShouldBe(["for a by name"]);
        (await suite.Client.CodesAsync("b")).ShouldBe(["for b"]);
    }

    [Fact]
    public async Task Codes_expire_after_10_minutes_and_the_wait_for_them_after_30()
    {
        await using var suite = await servers.StartAsync();
        await suite.Client.UploadAsync("1", "2");
        await suite.Client.TakeAsync("a", 2);
        await suite.Client.BringAsync("a", ("1", "one"));
        suite.Clock.Advance(TimeSpan.FromMinutes(10));
        (await suite.Client.CodesAsync("a")).ShouldBeEmpty();

        suite.Clock.Advance(TimeSpan.FromMinutes(20) - TimeSpan.FromMilliseconds(1));
        await suite.Client.BringAsync("a", ("1", "in time"));
        (await suite.Client.CodesAsync("a")).ShouldBe(["in time"]);
        await suite.Client.BringAsync("a", ("2", "too late"));
        suite.Clock.Advance(TimeSpan.FromMilliseconds(1));
        (await suite.Client.CodesAsync("a")).ShouldBeEmpty();
        (await suite.Client.TakeAsync("b", 1)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_has_expired_is_deleted()
    {
        await using var suite = await servers.StartAsync();
        await suite.Client.UploadAsync(Mobiles(3));
        await suite.Client.TakeAsync("a", 3);
        await suite.Client.BringAsync("a", [.. Mobiles(3).Select(mobile => (mobile, "1"))]);
        suite.Clock.Advance(TimeSpan.FromMinutes(31));
        await Eventually.Be(() => suite.ScalarAsync<long>("select (select count(*) from codes) + (select count(*) from hand_outs)"), 0);
    }

    [Fact]
    public async Task Concurrent_readers_on_two_replicas_get_each_code_once()
    {
        await using var suite = await servers.StartInRealTimeAsync();
        var mobiles = Mobiles(1000);
        await suite.Client.UploadAsync(mobiles);
        await suite.Client.TakeAsync("a", 1000);
        var delivered = new ConcurrentBag<string>();
        var handsets = Enumerable.Range(0, 10).Select(async handset =>
        {
            foreach (var few in mobiles.Chunk(100).ElementAt(handset).Chunk(5))
                await suite.Client.BringAsync(handset % 2 == 0 ? "a" : null, [.. few.Select(mobile => (mobile, "code of " + mobile))]);
        });
        var readers = Enumerable.Range(0, 16).Select(async reader =>
        {
            while (delivered.Count < 1000)
                foreach (var code in await suite.Client.CodesAsync("a", wait: reader % 2))
                    delivered.Add(code);
        });
        await Task.WhenAll([.. handsets, .. readers]).WaitAsync(TimeSpan.FromSeconds(30));
        delivered.Order().ShouldBe(mobiles.Select(mobile => "code of " + mobile));
    }
}
