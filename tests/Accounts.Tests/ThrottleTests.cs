using System.Net;
using EmptyNumber.Accounts.Infrastructure;
using EmptyNumber.TestSupport;

namespace EmptyNumber.Accounts.Tests;

[Collection("servers")]
public sealed class ThrottleTests(AccountsServers servers)
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task Repeated_failures_slow_a_user_on_both_replicas()
    {
        await using var suite = await AccountsSuite.StartAsync(servers, _clock);
        for (var i = 0; i < 5; i++)
            (await StatusAsync(suite.Anybody, "jackfrued", "wrong")).ShouldBe(200);

        foreach (var door in (HttpClient[])[suite.Anybody, .. suite.Replicas.Select(replica => replica.CreateClient(peer: "127.0.0.1"))])
        {
            using var response = await door.LogInAsync("jackfrued", "123456");
            response.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
            response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(30));
            (await response.Content.ReadAsStringAsync()).ShouldBe("""{"detail":"登录失败次数过多，请在30秒后重试。"}""");
        }

        _clock.Advance(TimeSpan.FromSeconds(30));
        await suite.Anybody.TokenAsync("jackfrued", "123456");
    }

    [Fact]
    public async Task Others_are_not_slowed()
    {
        await using var host = await servers.StartAsync(clock: _clock);
        for (var i = 0; i < 6; i++)
            await StatusAsync(host.Client, "jackfrued", "wrong");
        (await StatusAsync(host.Client, "jackfrued", "123456")).ShouldBe(429);
        (await StatusAsync(host.Client, "wangdachui", "123123")).ShouldBe(200);
        using var elsewhere = host.CreateClient(peer: "203.0.113.77");
        (await StatusAsync(elsewhere, "jackfrued", "123456")).ShouldBe(200);
    }

    [Fact]
    public async Task A_successful_login_forgives()
    {
        await using var host = await servers.StartAsync(clock: _clock);
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 4; i++)
                (await StatusAsync(host.Client, "jackfrued", "wrong")).ShouldBe(200);
            await host.Client.TokenAsync("jackfrued", "123456");
        }
    }

    [Fact]
    public async Task Guesses_made_at_once_are_owed_afterwards()
    {
        await using var host = await servers.StartAsync(clock: _clock);
        var statuses = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => StatusAsync(host.Client, "jackfrued", "wrong")));
        var made = statuses.Count(status => status == 200);
        made.ShouldBeGreaterThanOrEqualTo(5);
        using var refused = await host.Client.LogInAsync("jackfrued", "123456");
        refused.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(30 * (made - 4)));
    }

    [Fact]
    public async Task An_address_that_tries_many_names_is_slowed()
    {
        await using var host = await servers.StartAsync(clock: _clock, settings: ("Accounts:FailuresPerAddress", "8"));
        for (var i = 0; i < 8; i++)
            (await StatusAsync(host.Client, $"user{i}", "wrong")).ShouldBe(200);
        (await StatusAsync(host.Client, "wangdachui", "123123")).ShouldBe(429);
        _clock.Advance(TimeSpan.FromSeconds(2));
        (await StatusAsync(host.Client, "wangdachui", "123123")).ShouldBe(200);
    }

    private static async Task<int> StatusAsync(HttpClient client, string name, string password)
    {
        using var response = await client.LogInAsync(name, password);
        return (int)response.StatusCode;
    }
}
