using System.Security.Cryptography;
using StackExchange.Redis;
using static EmptyNumber.DialerCoordinator.Infrastructure.FleetRedis;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>Which clients are alive.</summary>
internal sealed class Clients(FleetRedis redis)
{
    private static readonly string Join = Script("""
        redis.call('ZADD', clients, now, ARGV[2])
        redis.call('HSET', names, ARGV[2], ARGV[3])
        """);

    private static readonly string Beat = Script("""
        if not alive(ARGV[2]) then return 0 end
        redis.call('ZADD', clients, now, ARGV[2])
        return 1
        """);

    private static readonly string Leave = Script("""
        local here = alive(ARGV[2])
        forget(ARGV[2])
        return here and 1 or 0
        """);

    // A clock that was set back would keep the dead alive until it has caught up with their last beats.
    private static readonly string Reap = Script("""
        if now < at then
            for _, client in ipairs(redis.call('ZRANGEBYSCORE', clients, '(' .. now, '+inf')) do redis.call('ZADD', clients, now, client) end
        end
        redis.call('HSET', pulse, 'at', now, 'since', since)
        if now - since <= timeout then return {} end
        local lost = redis.call('ZRANGEBYSCORE', clients, '-inf', '(' .. (now - timeout))
        for _, client in ipairs(lost) do forget(client) end
        return lost
        """);

    private static readonly string LostAmong = Script("""
        local lost = {}
        for i = 2, #ARGV do
            if not alive(ARGV[i]) then lost[#lost + 1] = ARGV[i] end
        end
        return lost
        """);

    /// <summary>A new client.</summary>
    /// <returns>Its id, unguessable.</returns>
    public async Task<string> JoinAsync(string? name, CancellationToken cancellationToken)
    {
        var client = RandomNumberGenerator.GetHexString(32, lowercase: true);
        await redis.RunAsync(Join, cancellationToken, client, name ?? "");
        return client;
    }

    /// <summary>A sign of life. False for a client that is lost or was never there.</summary>
    public async Task<bool> BeatAsync(string client, CancellationToken cancellationToken) =>
        (bool)await redis.RunAsync(Beat, cancellationToken, client);

    /// <summary>The client leaves; its leases are free. False for a client that is not there.</summary>
    public async Task<bool> LeaveAsync(string client, CancellationToken cancellationToken) =>
        (bool)await redis.RunAsync(Leave, cancellationToken, client);

    /// <summary>Forgets the clients that are lost; their leases are free. Each look is a sign that Redis can be reached.</summary>
    public async Task<string[]> ReapAsync(CancellationToken cancellationToken) => (string[])await redis.RunAsync(Reap, cancellationToken);

    /// <summary>Those of <paramref name="asked"/> that are not alive.</summary>
    public async Task<string[]> LostAmongAsync(IReadOnlyList<string> asked, CancellationToken cancellationToken) =>
        (string[])await redis.RunAsync(LostAmong, cancellationToken, [.. asked.Select(client => (RedisValue)client)]);
}
