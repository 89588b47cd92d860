using EmptyNumber.WholeSuite;

namespace EmptyNumber.Benchmarks.Coordinator;

/// <summary>Many dialers.</summary>
internal static class Fleet
{
    /// <summary>Clients with their leases.</summary>
    public static async Task<DialerClient[]> JoinAsync(HttpClient gateway, int clients, int extensionsEach, CancellationToken cancellationToken)
    {
        var joined = Enumerable.Range(0, clients).Select(_ => new DialerClient(gateway)).ToArray();
        await Parallel.ForEachAsync(joined, cancellationToken, async (client, token) =>
        {
            await client.NotifyAsync(token);
            await client.LeaseAsync(extensionsEach, partial: false, token);
        });
        return joined;
    }

    /// <summary>They give everything back.</summary>
    public static Task LeaveAsync(DialerClient[] clients, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(clients, cancellationToken, async (client, token) => await client.LeaveAsync(token));
}
