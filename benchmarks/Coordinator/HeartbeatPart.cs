using EmptyNumber.Benchmarks.Measuring;

namespace EmptyNumber.Benchmarks.Coordinator;

/// <summary>Heartbeats a second in a closed loop, against a request to the same service that needs neither Redis nor PostgreSQL: one that it refuses.</summary>
internal sealed class HeartbeatPart(HttpClient http, ProcessTable processes, BenchOptions options)
{
    private const int Clients = 100;
    private const double Target = 0.6;

    public async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        var clients = await Fleet.JoinAsync(http, Clients, extensionsEach: 1, cancellationToken);
        var loop = new ClosedLoop(options);
        var next = 0;
        await loop.CompareAsync(
            "Heartbeats",
            ("POST /heartbeat", async token => await clients[(uint)Interlocked.Increment(ref next) % Clients].BeatAsync(token)),
            ("GET /accounts/id?threadsNum=0, refused", RefuseAsync),
            Target, processes, report, cancellationToken);
        await Fleet.LeaveAsync(clients, cancellationToken);
    }

    private async Task RefuseAsync(CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync("/accounts/0123456789abcdef0123456789abcdef?threadsNum=0", cancellationToken);
        if (response.StatusCode != System.Net.HttpStatusCode.BadRequest)
            throw new InvalidOperationException($"/accounts: {(int)response.StatusCode}");
    }
}
