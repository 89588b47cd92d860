using System.Security.Cryptography;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.ServiceDefaults.Redis;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>Which clients are alive, and which extensions each has leased: in Redis, one script an operation.</summary>
/// <remarks>
/// Time is that of Redis. All keys have the hash tag <c>{fleet}</c>:
/// <c>clients</c> (sorted set: client → last beat in ms), <c>leases</c> (hash: extension → client),
/// <c>statuses</c> (hash: extension → what it reported), <c>names</c> (hash: client → name) and
/// <c>held:{client}</c> (set of extensions). Nothing here is needed to find a number again: when all of it is lost, the
/// clients are unknown, their numbers return to the queue, and they join anew.
/// </remarks>
internal sealed class Leases(RedisStore redis, IOptions<FleetOptions> options)
{
    private const string Prefix = "{fleet}:";

    private static readonly RedisKey[] Keys = [Prefix + "clients", Prefix + "leases", Prefix + "statuses", Prefix + "names", Prefix + "held:"];

    /// <summary>What every script begins with.</summary>
    private const string Prelude = """
        local clients, leases, statuses, names, held = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local timeout = tonumber(ARGV[1])
        local function alive(client)
            local beat = redis.call('ZSCORE', clients, client)
            return beat and now - beat <= timeout
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

    private readonly long _timeoutMs = (long)options.Value.ClientTimeout.TotalMilliseconds;

    /// <summary>A new client.</summary>
    /// <returns>Its id, unguessable.</returns>
    public async Task<string> JoinAsync(string? name, CancellationToken cancellationToken)
    {
        var client = RandomNumberGenerator.GetHexString(32, lowercase: true);
        await RunAsync(
            """
            redis.call('ZADD', clients, now, ARGV[2])
            redis.call('HSET', names, ARGV[2], ARGV[3])
            """,
            cancellationToken, client, name ?? "");
        return client;
    }

    /// <summary>A sign of life. False for a client that is lost or was never there.</summary>
    public async Task<bool> BeatAsync(string client, CancellationToken cancellationToken) => (bool)await RunAsync(
        """
        if not alive(ARGV[2]) then return 0 end
        redis.call('ZADD', clients, now, ARGV[2])
        return 1
        """,
        cancellationToken, client);

    /// <summary>The client leaves; its leases are free. False for a client that is not there.</summary>
    public async Task<bool> LeaveAsync(string client, CancellationToken cancellationToken) => (bool)await RunAsync(
        """
        local here = alive(ARGV[2])
        forget(ARGV[2])
        return here and 1 or 0
        """,
        cancellationToken, client);

    /// <summary>Leases <paramref name="count"/> extensions to a client, those that it has already included.</summary>
    /// <param name="client">The client.</param>
    /// <param name="count">How many it shall have.</param>
    /// <param name="partial">Whether fewer will do; otherwise nothing is leased when there are not enough.</param>
    /// <param name="busy">Its extensions that have a number: they are not taken back.</param>
    /// <param name="candidates">Every extension that may be leased.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<LeaseResult> LeaseAsync(
        string client, int count, bool partial, IReadOnlyList<string> busy, IReadOnlyList<string> candidates, CancellationToken cancellationToken)
    {
        var result = await RunAsync(
            """
            local client, count, partial, busy = ARGV[2], tonumber(ARGV[3]), ARGV[4] == '1', tonumber(ARGV[5])
            if not alive(client) then return { 'lost' } end
            local mine = held .. client
            local kept, usable = {}, {}
            for i = 6, 5 + busy do kept[ARGV[i]] = true end
            for i = 6 + busy, #ARGV do usable[ARGV[i]] = true end
            for _, extension in ipairs(redis.call('SMEMBERS', mine)) do
                if not usable[extension] and not kept[extension] then drop(extension, client) end
            end
            local have = redis.call('SCARD', mine)
            local found = {}
            for i = 6 + busy, #ARGV do
                if have + #found >= count then break end
                if redis.call('HEXISTS', leases, ARGV[i]) == 0 then found[#found + 1] = ARGV[i] end
            end
            if have + #found < count and not partial then return { 'short', tostring(have + #found) } end
            for _, extension in ipairs(found) do
                redis.call('HSET', leases, extension, client)
                redis.call('SADD', mine, extension)
            end
            if have > count then
                local extra = have - count
                for _, extension in ipairs(redis.call('SMEMBERS', mine)) do
                    if extra == 0 then break end
                    local status = redis.call('HGET', statuses, extension)
                    if not kept[extension] and status ~= 'call' and status ~= 'during' then
                        drop(extension, client)
                        extra = extra - 1
                    end
                end
            end
            local held_now = redis.call('SMEMBERS', mine)
            table.insert(held_now, 1, 'held')
            return held_now
            """,
            cancellationToken,
            [client, count, partial ? 1 : 0, busy.Count, .. busy.Select(e => (RedisValue)e), .. candidates.Select(e => (RedisValue)e)]);
        var answer = (string[])result;
        return answer[0] switch
        {
            "lost" => new LeaseResult.Lost(),
            "short" => new LeaseResult.Short(int.Parse(answer[1])),
            _ => new LeaseResult.Held([.. answer[1..].Order(StringComparer.Ordinal)]),
        };
    }

    /// <summary>The client's extensions that are free to dial, as they reported; null for a client that is lost.</summary>
    public async Task<string[]?> FreeAsync(string client, CancellationToken cancellationToken)
    {
        var result = await RunAsync(
            """
            if not alive(ARGV[2]) then return false end
            local free = {}
            for _, extension in ipairs(redis.call('SMEMBERS', held .. ARGV[2])) do
                local status = redis.call('HGET', statuses, extension)
                if not status or status == 'idle' then free[#free + 1] = extension end
            end
            return free
            """,
            cancellationToken, client);
        return result.IsNull ? null : (string[])result;
    }

    /// <summary>Notes what an extension reports.</summary>
    public async Task<ReportResult> ReportAsync(string client, string extension, string status, CancellationToken cancellationToken) =>
        (ReportResult)(int)await RunAsync(
            """
            if not alive(ARGV[2]) then return 1 end
            if redis.call('HGET', leases, ARGV[3]) ~= ARGV[2] then return 2 end
            redis.call('HSET', statuses, ARGV[3], ARGV[4])
            return 0
            """,
            cancellationToken, client, extension, status);

    /// <summary>Whether a client is alive, and an extension leased to it.</summary>
    public async Task<ReportResult> CheckAsync(string client, string extension, CancellationToken cancellationToken) =>
        (ReportResult)(int)await RunAsync(
            """
            if not alive(ARGV[2]) then return 1 end
            if redis.call('HGET', leases, ARGV[3]) ~= ARGV[2] then return 2 end
            return 0
            """,
            cancellationToken, client, extension);

    /// <summary>Forgets the clients that are lost; their leases are free.</summary>
    public async Task<string[]> ReapAsync(CancellationToken cancellationToken) => (string[])await RunAsync(
        """
        local lost = redis.call('ZRANGEBYSCORE', clients, '-inf', '(' .. (now - timeout))
        for _, client in ipairs(lost) do forget(client) end
        return lost
        """,
        cancellationToken);

    /// <summary>Those of <paramref name="asked"/> that are not alive.</summary>
    public async Task<string[]> LostAmongAsync(IReadOnlyList<string> asked, CancellationToken cancellationToken) => (string[])await RunAsync(
        """
        local lost = {}
        for i = 2, #ARGV do
            if not alive(ARGV[i]) then lost[#lost + 1] = ARGV[i] end
        end
        return lost
        """,
        cancellationToken,
        [.. asked.Select(client => (RedisValue)client)]);

    private Task<RedisResult> RunAsync(string script, CancellationToken cancellationToken, params RedisValue[] arguments) =>
        redis.RunAsync(Prelude + script, Keys, [_timeoutMs, .. arguments], cancellationToken);
}

/// <summary>What became of a request for extensions.</summary>
internal abstract record LeaseResult
{
    /// <summary>The client has these now.</summary>
    public sealed record Held(IReadOnlyList<string> Extensions) : LeaseResult;

    /// <summary>Only so many could be had; nothing was leased.</summary>
    public sealed record Short(int Available) : LeaseResult;

    /// <summary>The client is not alive.</summary>
    public sealed record Lost : LeaseResult;
}

/// <summary>Whether a client may speak for an extension.</summary>
internal enum ReportResult
{
    Accepted = 0,
    ClientLost = 1,
    NotLeased = 2,
}
