using EmptyNumber.DialerCoordinator.Model;
using StackExchange.Redis;
using static EmptyNumber.DialerCoordinator.Infrastructure.FleetRedis;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>Which extensions each client has leased, and what they report.</summary>
/// <remarks>
/// Each lease gets a fencing token (Kleppmann 2016), larger than all before it on this extension: more than the last that
/// Redis knows, than the last that PostgreSQL knows, and than the microseconds since 1970, so that it grows even when
/// Redis has lost its memory or its clock was set back. PostgreSQL refuses whoever comes with an older one.
/// </remarks>
internal sealed class Leases(FleetRedis redis)
{
    private static readonly string LeaseSome = Script("""
        local client, count, partial, busy = ARGV[2], tonumber(ARGV[3]), ARGV[4] == '1', tonumber(ARGV[5])
        if not alive(client) then return { 'lost' } end
        local mine = held .. client
        local kept, floors = {}, {}
        for i = 6, 5 + busy do kept[ARGV[i]] = true end
        for i = 6 + busy, #ARGV, 2 do floors[ARGV[i]] = tonumber(ARGV[i + 1]) end
        local function token(extension) return tonumber(redis.call('HGET', tokens, extension) or 0) end
        for _, extension in ipairs(redis.call('SMEMBERS', mine)) do
            local usable = floors[extension] and token(extension) >= floors[extension]
            if not usable and not kept[extension] then drop(extension, client) end
        end
        local have = redis.call('SCARD', mine)
        local found = {}
        for i = 6 + busy, #ARGV, 2 do
            if have + #found >= count then break end
            if redis.call('HEXISTS', leases, ARGV[i]) == 0 then found[#found + 1] = ARGV[i] end
        end
        if have + #found < count and not partial then return { 'short', tostring(have + #found) } end
        for _, extension in ipairs(found) do
            local new = math.max(token(extension) + 1, floors[extension] + 1, t[1] * 1000000 + t[2])
            redis.call('HSET', tokens, extension, string.format('%.0f', new))
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
        local answer = { 'held' }
        for _, extension in ipairs(redis.call('SMEMBERS', mine)) do
            answer[#answer + 1] = extension
            answer[#answer + 1] = redis.call('HGET', tokens, extension)
        end
        return answer
        """);

    private static readonly string Free = Script("""
        if not alive(ARGV[2]) then return false end
        local free = {}
        for _, extension in ipairs(redis.call('SMEMBERS', held .. ARGV[2])) do
            local status = redis.call('HGET', statuses, extension)
            if not status or status == 'idle' then
                free[#free + 1] = extension
                free[#free + 1] = redis.call('HGET', tokens, extension)
            end
        end
        return free
        """);

    private static readonly string Check = Script("""
        if not alive(ARGV[2]) then return { 'lost' } end
        if redis.call('HGET', leases, ARGV[3]) ~= ARGV[2] then return { 'other' } end
        return { 'held', redis.call('HGET', tokens, ARGV[3]) }
        """);

    private static readonly string Report = Script("""
        if alive(ARGV[2]) and redis.call('HGET', leases, ARGV[3]) == ARGV[2] then redis.call('HSET', statuses, ARGV[3], ARGV[4]) end
        """);

    /// <summary>Leases <paramref name="count"/> extensions to a client, those that it has already included.</summary>
    /// <param name="client">The client.</param>
    /// <param name="count">How many it shall have.</param>
    /// <param name="partial">Whether fewer will do; otherwise nothing is leased when there are not enough.</param>
    /// <param name="busy">Its extensions that have a number: they are not taken back.</param>
    /// <param name="candidates">Every extension that may be leased.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task<LeaseResult> LeaseAsync(
        string client, int count, bool partial, IReadOnlyList<string> busy, IEnumerable<Extension> candidates, CancellationToken cancellationToken)
    {
        var answer = (RedisValue[])await redis.RunAsync(
            LeaseSome,
            cancellationToken,
            [
                client, count, partial ? 1 : 0, busy.Count,
                .. busy.Select(extension => (RedisValue)extension),
                .. candidates.SelectMany(extension => new RedisValue[] { extension.Number, extension.LeaseToken }),
            ]);
        return (string?)answer[0] switch
        {
            "lost" => new LeaseResult.Lost(),
            "short" => new LeaseResult.Short((int)answer[1]),
            _ => new LeaseResult.Held([.. Read(answer[1..]).OrderBy(lease => lease.Extension, StringComparer.Ordinal)]),
        };
    }

    /// <summary>The client's extensions that are free to dial, as they reported; null for a client that is lost.</summary>
    public async Task<Lease[]?> FreeAsync(string client, CancellationToken cancellationToken)
    {
        var result = await redis.RunAsync(Free, cancellationToken, client);
        return result.IsNull ? null : Read((RedisValue[])result);
    }

    /// <summary>Whether a client is alive, and an extension leased to it.</summary>
    public async Task<LeaseCheck> CheckAsync(string client, string extension, CancellationToken cancellationToken)
    {
        var answer = (RedisValue[])await redis.RunAsync(Check, cancellationToken, client, extension);
        return (string?)answer[0] switch
        {
            "lost" => new LeaseCheck.ClientLost(),
            "other" => new LeaseCheck.NotLeased(),
            _ => new LeaseCheck.Held(new Lease(extension, (long)answer[1])),
        };
    }

    /// <summary>Notes what an extension reports; of one that is not leased to this client any more, nothing.</summary>
    public Task ReportAsync(string client, string extension, string status, CancellationToken cancellationToken) =>
        redis.RunAsync(Report, cancellationToken, client, extension, status);

    /// <summary>Extensions and their tokens in turn.</summary>
    private static Lease[] Read(RedisValue[] pairs) => [.. pairs.Chunk(2).Select(pair => new Lease(pair[0]!, (long)pair[1]))];
}
