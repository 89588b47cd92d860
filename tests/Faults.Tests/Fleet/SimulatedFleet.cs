using EmptyNumber.WholeSuite;

namespace EmptyNumber.Faults.Tests.Fleet;

/// <summary>Many clients at work.</summary>
internal sealed class SimulatedFleet : IAsyncDisposable
{
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(10);

    private readonly HttpClient _gateway;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _work;

    private SimulatedFleet(HttpClient gateway, IEnumerable<SimulatedClient> clients)
    {
        _gateway = gateway;
        _work = Task.WhenAll(clients.Select(client => Task.Run(() => client.RunAsync(_stop.Token))));
    }

    /// <summary>Starts them.</summary>
    /// <param name="suite">Where they work.</param>
    /// <param name="journal">What they write.</param>
    /// <param name="clients">How many; every other one wants two extensions, the rest one.</param>
    /// <param name="habits">What is wrong with the n-th.</param>
    public static SimulatedFleet Start(Suite suite, Journal journal, int clients, Func<int, Habits>? habits = null)
    {
        var gateway = suite.Connect();
        gateway.Timeout = RequestLimit;
        return new SimulatedFleet(gateway, Enumerable.Range(0, clients)
            .Select(place => new SimulatedClient(gateway, journal, 1 + place % 2, habits?.Invoke(place) ?? Habits.None)));
    }

    /// <summary>All leave.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _work;
        _gateway.Dispose();
        _stop.Dispose();
    }
}
