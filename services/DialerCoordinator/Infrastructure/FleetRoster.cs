using StackExchange.Redis;
using static EmptyNumber.DialerCoordinator.Infrastructure.FleetRedis;

namespace EmptyNumber.DialerCoordinator.Infrastructure;

/// <summary>Who is there, for operators: the clients that are alive and what they hold, all at one moment.</summary>
internal sealed class FleetRoster(FleetRedis redis)
{
    private static readonly string Read = Script("""
        local present = {}
        for _, client in ipairs(redis.call('ZRANGE', clients, 0, -1)) do
            if alive(client) then
                present[#present + 1] = client
                present[#present + 1] = redis.call('HGET', names, client) or ''
                present[#present + 1] = tostring(now - redis.call('ZSCORE', clients, client))
            end
        end
        return { present, redis.call('HGETALL', leases), redis.call('HGETALL', statuses) }
        """);

    /// <summary>Looks at all of it.</summary>
    public async Task<Roster> ReadAsync(CancellationToken cancellationToken)
    {
        var answer = (RedisResult[])await redis.RunAsync(Read, cancellationToken);
        var clients = ((string[])answer[0]).Chunk(3).ToDictionary(
            row => row[0], row => new FleetClient(row[0], row[1], TimeSpan.FromMilliseconds(double.Parse(row[2]))));
        var leases = Pairs(answer[1]).Where(lease => clients.ContainsKey(lease.Value)).ToDictionary(lease => lease.Key, lease => clients[lease.Value]);
        return new Roster([.. clients.Values], leases, new Dictionary<string, string>(Pairs(answer[2])));
    }

    private static IEnumerable<KeyValuePair<string, string>> Pairs(RedisResult hash) =>
        ((string[])hash).Chunk(2).Select(pair => KeyValuePair.Create(pair[0], pair[1]));
}

/// <summary>The fleet at one moment.</summary>
/// <param name="Clients">The clients that are alive.</param>
/// <param name="Leases">Who holds an extension.</param>
/// <param name="Statuses">What an extension reported last.</param>
internal sealed record Roster(
    IReadOnlyList<FleetClient> Clients, IReadOnlyDictionary<string, FleetClient> Leases, IReadOnlyDictionary<string, string> Statuses);

/// <summary>A client that is alive.</summary>
/// <param name="Id">Its id: whoever knows it can act for the client, so that it is shown to nobody.</param>
/// <param name="Name">The name that it gave itself, empty where it gave none.</param>
/// <param name="Silence">How long ago its last heartbeat was.</param>
internal sealed record FleetClient(string Id, string Name, TimeSpan Silence)
{
    private const int ShownLength = 8;

    /// <summary>As much of its id as tells it from the others.</summary>
    public string Shown => Short(Id);

    /// <summary>The beginning of a client's id, which lets nobody act for it.</summary>
    public static string Short(string id) => id[..Math.Min(ShownLength, id.Length)];
}
