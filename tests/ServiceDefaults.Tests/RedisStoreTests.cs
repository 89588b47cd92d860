using System.Diagnostics;
using EmptyNumber.ServiceDefaults.Errors;
using EmptyNumber.ServiceDefaults.Redis;
using EmptyNumber.TestSupport;

namespace EmptyNumber.ServiceDefaults.Tests;

[Collection("servers")]
public sealed class RedisStoreTests(DefaultsServers servers)
{
    private const string Increment = "return redis.call('incrby', KEYS[1], ARGV[1])";

    [Fact]
    public async Task A_script_gets_its_keys_and_arguments()
    {
        await using var redis = new RedisStore(servers.Redis.ConnectionString);
        var key = $"{{{Guid.NewGuid()}}}";
        ((long)await redis.RunAsync(Increment, [key], [5], default)).ShouldBe(5);
        ((long)await redis.RunAsync(Increment, [key], [2], default)).ShouldBe(7);
    }

    [Fact]
    public async Task A_script_that_the_server_forgot_is_sent_again_and_runs_once()
    {
        await using var redis = new RedisStore(servers.Redis.ConnectionString);
        var key = $"{{{Guid.NewGuid()}}}";
        ((long)await redis.RunAsync(Increment, [key], [1], default)).ShouldBe(1);
        await RedisCommandAsync("SCRIPT", "FLUSH");
        ((long)await redis.RunAsync(Increment, [key], [1], default)).ShouldBe(2);
    }

    [Fact]
    public async Task A_server_that_hangs_is_unavailable_after_three_seconds()
    {
        await using var redis = new RedisStore(servers.Redis.ConnectionString);
        await redis.RunAsync("return 1", [], [], default);
        await SignalAsync("STOP");
        try
        {
            var watch = Stopwatch.StartNew();
            await Should.ThrowAsync<UnavailableException>(() => redis.RunAsync("return 1", [], [], default));
            watch.Elapsed.ShouldBeInRange(TimeSpan.FromSeconds(2.9), TimeSpan.FromSeconds(5));
        }
        finally
        {
            await SignalAsync("CONT");
        }

        await Eventually.Be(() => AnswersAsync(redis), true);
    }

    [Fact]
    public async Task A_server_that_hangs_from_the_start_is_unavailable_as_soon()
    {
        await using var redis = new RedisStore(servers.Redis.ConnectionString);
        await SignalAsync("STOP");
        try
        {
            var watch = Stopwatch.StartNew();
            await Should.ThrowAsync<UnavailableException>(() => redis.RunAsync("return 1", [], [], default));
            watch.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(7));
        }
        finally
        {
            await SignalAsync("CONT");
        }

        await Eventually.Be(() => AnswersAsync(redis), true);
    }

    [Fact]
    public async Task A_server_that_died_is_used_again_when_it_is_back()
    {
        await using var redis = new RedisStore(servers.Redis.ConnectionString);
        await redis.RunAsync("return 1", [], [], default);
        await servers.Redis.KillAsync();
        await Should.ThrowAsync<UnavailableException>(() => redis.RunAsync("return 1", [], [], default));
        await servers.Redis.StartAsync();
        await Eventually.Be(() => AnswersAsync(redis), true);
    }

    private static async Task<bool> AnswersAsync(RedisStore redis)
    {
        try
        {
            return (long)await redis.RunAsync("return 1", [], [], default) == 1;
        }
        catch (UnavailableException)
        {
            return false;
        }
    }

    private Task SignalAsync(string signal) => RunAsync("kill", $"-{signal}", $"{servers.Redis.ProcessId}");

    private Task RedisCommandAsync(params string[] command) => RunAsync("redis-cli", ["-p", $"{servers.Redis.Port}", .. command]);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        process.ExitCode.ShouldBe(0);
    }
}
