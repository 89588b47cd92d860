using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.ServiceDefaults.Redis;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>What Redis knows of the fleet, for the scripts that read and change it: one script an operation.</summary>
/// <remarks>
/// <para>
/// Time is that of Redis. All keys have the hash tag <c>{fleet}</c>: <c>clients</c> (sorted set: client → last beat in ms),
/// <c>names</c> (hash: client → name), <c>leases</c> (hash: extension → client), <c>tokens</c> (hash: extension → fencing token
/// of its newest lease), <c>statuses</c> (hash: extension → what it reported), <c>held:{client}</c> (set of extensions) and
/// <c>pulse</c> (hash: when the coordinators were last here, and since when without a break, in ms).
/// </para>
/// <para>
/// While Redis cannot be reached no client can beat, and none is lost for that: silence counts from the moment at which
/// the coordinators came back. Nothing here is needed to find a number again: when all of it is lost, the clients are
/// unknown, their numbers return to the queue, and they join anew.
/// </para>
/// </remarks>
internal sealed class FleetRedis(RedisStore redis, IOptions<FleetOptions> options)
{
    private const string Prefix = "{fleet}:";

    private const string Prelude = """
        local clients, names, leases, tokens, statuses, pulse, held = unpack(KEYS)
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local timeout = tonumber(ARGV[1])
        local seen = redis.call('HMGET', pulse, 'at', 'since')
        local at, since = tonumber(seen[1] or now), tonumber(seen[2] or 0)
        if math.abs(now - at) > timeout / 3 then since = now end
        local function alive(client)
            local beat = redis.call('ZSCORE', clients, client)
            return beat and now - math.max(beat, since) <= timeout
        end
        local function drop(extension, client)
            redis.call('HDEL', leases, extension)
            redis.call('HDEL', statuses, extension)
            redis.call('SREM', held .. client, extension)
        end
        local function forget(client)
            for _, extension in ipairs(redis.call('SMEMBERS', held .. client)) do drop(extension, client) end
            redis.call('ZREM', clients, client)
            redis.call('HDEL', names, client)
        end

        """;

    private static readonly RedisKey[] Keys =
        [Prefix + "clients", Prefix + "names", Prefix + "leases", Prefix + "tokens", Prefix + "statuses", Prefix + "pulse", Prefix + "held:"];

    private readonly long _timeoutMs = (long)options.Value.ClientTimeout.TotalMilliseconds;

    /// <summary>A script that knows the names above, <c>now</c> and <c>timeout</c> in ms, and <c>alive</c>, <c>drop</c> and <c>forget</c>; its arguments begin at <c>ARGV[2]</c>.</summary>
    public static string Script(string body) => Prelude + body;

    /// <summary>Runs what <see cref="Script"/> made.</summary>
    public Task<RedisResult> RunAsync(string script, CancellationToken cancellationToken, params RedisValue[] arguments) =>
        redis.RunAsync(script, Keys, [_timeoutMs, .. arguments], cancellationToken);
}
