using System.Net;
using System.Net.Sockets;
using EmptyNumber.ServiceDefaults.Redis;

namespace EmptyNumber.DialerCoordinator.Tests;

/// <summary>Redis may forget its scripts, stop, and come back with another clock.</summary>
[Collection("coordinator")]
public sealed class RedisTests(CoordinatorServers servers)
{
    [Fact]
    public async Task Scripts_that_Redis_has_forgotten_are_loaded_again()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 4);
        var dialers = Enumerable.Range(0, 4).Select(_ => service.NewDialer()).ToArray();
        await Task.WhenAll(dialers.Select(dialer => dialer.JoinAsync(1)));

        for (var round = 0; round < 3; round++)
        {
            await FlushScriptsAsync();
            await Task.WhenAll(dialers.SelectMany(dialer => Enumerable.Range(0, 5).Select(_ => dialer.BeatAsync())));
            await Task.WhenAll(dialers.Select(dialer => dialer.DialPlanAsync()));
        }

        await service.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task Nobody_is_lost_because_Redis_could_not_be_reached()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 2, clientTimeout: "00:00:02");
        var (beating, silent) = (service.NewDialer(), service.NewDialer());
        await beating.JoinAsync(1);
        await silent.JoinAsync(1);

        // Nobody was here for a minute: no coordinator, and so no beat.
        await OnRedisAsync(
            """
            for _, client in ipairs(redis.call('ZRANGE', '{fleet}:clients', 0, -1)) do redis.call('ZINCRBY', '{fleet}:clients', -60000, client) end
            redis.call('HINCRBY', '{fleet}:pulse', 'at', -60000)
            return redis.call('HINCRBY', '{fleet}:pulse', 'since', -60000)
            """);
        service.Clock.Advance(TimeSpan.FromMilliseconds(100));

        await beating.BeatAsync();
        (await silent.DialPlanAsync()).ShouldBeEmpty();
        await service.WatchUntilAsync(
            async () =>
            {
                await beating.BeatAsync();
                return (await beating.AccountsAsync(2, "&partial=true")).Length == 2;
            },
            () => "who stays silent afterwards is never lost");
        await silent.BeatAsync(expected: 404);
    }

    [Fact]
    public async Task A_clock_that_is_set_back_keeps_no_dead_client()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1, clientTimeout: "00:00:01");
        var (silent, next) = (service.NewDialer(), service.NewDialer());
        await silent.JoinAsync(1);

        // As Redis is after its clock went back by an hour.
        await OnRedisAsync(
            """
            for _, client in ipairs(redis.call('ZRANGE', '{fleet}:clients', 0, -1)) do redis.call('ZINCRBY', '{fleet}:clients', 3600000, client) end
            return redis.call('HINCRBY', '{fleet}:pulse', 'at', 3600000)
            """);
        await next.NotifyAsync();

        await service.WatchUntilAsync(
            async () =>
            {
                await next.BeatAsync();
                return (await next.AccountsAsync(1, "&partial=true")).Length == 1;
            },
            () => "the silent client keeps its extension");
        await service.ShouldBeSoundAsync();
    }

    /// <summary>No script may do this, so Redis is told by an inline command.</summary>
    private async Task FlushScriptsAsync()
    {
        using var connection = new TcpClient();
        await connection.ConnectAsync(IPEndPoint.Parse(servers.Redis.ConnectionString));
        await connection.GetStream().WriteAsync("SCRIPT FLUSH\r\n"u8.ToArray());
        var answer = new byte[5];
        await connection.GetStream().ReadExactlyAsync(answer);
        answer.ShouldBe("+OK\r\n"u8.ToArray());
    }

    private async Task OnRedisAsync(string script)
    {
        await using var redis = new RedisStore(servers.Redis.ConnectionString);
        await redis.RunAsync(script, [], [], CancellationToken.None);
    }
}
