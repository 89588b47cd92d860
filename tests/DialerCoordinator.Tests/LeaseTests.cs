using System.Net;
using EmptyNumber.DialerCoordinator.Infrastructure;
using EmptyNumber.TestSupport;

namespace EmptyNumber.DialerCoordinator.Tests;

[Collection("coordinator")]
public sealed class LeaseTests(CoordinatorServers servers)
{
    [Fact]
    public async Task Extensions_are_leased_to_one_client_until_it_leaves()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 3);
        var (first, second) = (service.NewDialer(), service.NewDialer());

        (await first.JoinAsync(2)).ShouldBe(["8001", "8002"]);
        (await second.JoinAsync(1)).ShouldBe(["8003"]);
        await second.AccountsAsync(2, expected: 409);
        (await second.AccountsAsync(2, "&partial=true")).ShouldBe(["8003"]);
        await first.LeaveAsync();

        (await second.AccountsAsync(3)).ShouldBe(["8001", "8002", "8003"]);
        await first.BeatAsync(expected: 404);
        await first.LeaveAsync(expected: 404);
    }

    [Fact]
    public async Task Asked_again_a_client_keeps_its_extensions_gets_more_or_gives_the_idle_rest_back()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 3);
        var dialer = service.NewDialer();
        var two = await dialer.JoinAsync(2);

        (await dialer.AccountsAsync(2)).ShouldBe(two);
        (await dialer.AccountsAsync(3)).Length.ShouldBe(3);
        await service.QueueAsync(1, "13800138000");
        var plan = (await dialer.DialPlanAsync()).ShouldHaveSingleItem();
        await dialer.StatusAsync("during", plan.Extension, plan.Number);
        (await dialer.AccountsAsync(1)).ShouldBe([plan.Extension]);
    }

    [Fact]
    public async Task An_account_carries_its_password()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);

        (await dialer.SendAsync("GET", $"/accounts/{dialer.Id}?threadsNum=1")).ToString()
            .ShouldBe("""{"accounts":[{"extensionNum":"8001","password":"demo-8001"}]}""");
    }

    [Theory]
    [InlineData("")]
    [InlineData("?threadsNum=")]
    [InlineData("?threadsNum=0")]
    [InlineData("?threadsNum=1001")]
    [InlineData("?threadsNum=two")]
    public async Task A_bad_number_of_threads_is_refused(string query)
    {
        await using var service = await CoordinatorService.StartAsync(servers, replicas: 1);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);

        await dialer.SendAsync("GET", $"/accounts/{dialer.Id}{query}", expected: 400);
    }

    [Fact]
    public async Task Two_clients_never_lease_the_same_extension()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 20);
        var dialers = Enumerable.Range(0, 10).Select(_ => service.NewDialer()).ToArray();

        var leased = await Task.WhenAll(dialers.Select(dialer => dialer.JoinAsync(2)));

        leased.SelectMany(extensions => extensions).Order().ShouldBe(Enumerable.Range(8001, 20).Select(number => number.ToString()));
    }

    [Fact]
    public async Task A_client_without_heartbeats_is_lost_and_its_extensions_are_free()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1, clientTimeout: "00:00:01");
        var (silent, other) = (service.NewDialer(), service.NewDialer());
        await silent.JoinAsync(1);

        await service.WatchUntilAsync(
            async () =>
            {
                await other.NotifyAsync();
                return (await other.AccountsAsync(1, "&partial=true")) is ["8001"];
            },
            () => "8001 is still leased");

        await silent.BeatAsync(expected: 404);
        await silent.SendAsync("GET", $"/dialplan/{silent.Id}", expected: 404);
        await silent.SendAsync("GET", $"/accounts/{silent.Id}?threadsNum=1", expected: 404);
        await silent.StatusAsync("idle", "8001", expected: 404);
    }

    [Fact]
    public async Task Heartbeats_keep_a_client()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 1, clientTimeout: "00:00:01");
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        var end = DateTime.UtcNow + TimeSpan.FromSeconds(2.5);

        await service.WatchUntilAsync(
            async () =>
            {
                (await dialer.BeatAsync()).GetProperty("timestamp").GetString()!.ShouldMatch("^[0-9]{10}$");
                return DateTime.UtcNow > end;
            },
            () => "");

        (await dialer.AccountsAsync(1)).ShouldBe(["8001"]);
    }

    [Fact]
    public async Task Ids_cannot_be_guessed_and_names_are_limited()
    {
        await using var service = await CoordinatorService.StartAsync(servers, replicas: 1);
        var dialer = service.NewDialer();

        var ids = new List<string>();
        for (var i = 0; i < 20; i++)
            ids.Add((await dialer.SendAsync("GET", "/notify?name=机房一")).GetProperty("clientId").GetString()!);

        ids.ShouldBeUnique();
        ids.ShouldAllBe(id => id.Length >= 32);
        await dialer.SendAsync("GET", $"/notify?name={new string('x', 101)}", expected: 400);
    }

    [Fact]
    public async Task Only_trusted_networks_and_dialers_may_enter()
    {
        await using var service = await CoordinatorService.StartAsync(servers, replicas: 1);

        foreach (var stranger in new[] { service.Stranger(), service.Stranger("user") })
        {
            var response = await stranger.GetAsync("/notify");
            response.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
            (await response.Content.ReadAsStringAsync()).ShouldBe("""{"code":401,"msg":"User Not Authorized","data":{}}""");
        }

        foreach (var role in new[] { "dialer", "operator", "admin" })
            (await service.Stranger(role).GetAsync("/notify/")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Migrations_make_the_schema_that_the_model_describes() =>
        (await Schema.DifferencesAsync<CoordinatorDb>(servers)).ShouldBeEmpty();
}
