using System.Diagnostics;
using EmptyNumber.Benchmarks.Baselines;
using EmptyNumber.Benchmarks.Measuring;
using EmptyNumber.DialerCoordinator.Infrastructure;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.WholeSuite;

namespace EmptyNumber.Benchmarks.Coordinator;

/// <summary>Assignments a second through the front door, against the product's own statement run by pgbench.</summary>
/// <remarks>
/// In waves: every client asks once, and all extensions have a number then. Between waves, when no clock runs, they are freed
/// by one statement. So nothing is measured but assigning, and pgbench does on the same rows what the product does.
/// </remarks>
internal sealed class AssignPart(Suite suite, DialJobs jobs, HttpClient http, ProcessTable processes, BenchOptions options)
{
    /// <summary>Enough for all waves of a repetition.</summary>
    public const int Queued = 100_000;

    private const int Extensions = 2_000;
    private const int Connections = 10;
    private const int Waves = 10;
    private const double Target = 0.5;

    private readonly Pgbench _pgbench = new(suite.Find("postgres").Url!.Port, "coordinator");
    private readonly string _script = Path.Combine(suite.Folder, "claim.pgbench");

    public async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        foreach (var extensionsEach in (int[])[20, 1])
            await RunAsync(extensionsEach, report, cancellationToken);
    }

    private async Task RunAsync(int extensionsEach, Report report, CancellationToken cancellationToken)
    {
        var count = Extensions / extensionsEach;
        report.Progress($"Assigning to {count:#,0} clients of {extensionsEach}: joining.");
        var clients = await Fleet.JoinAsync(http, count, extensionsEach, cancellationToken);
        await jobs.DescribeAsync(clients, cancellationToken);
        await File.WriteAllTextAsync(_script, Script(count / Connections), cancellationToken);

        var latencies = new List<double>();
        var product = new Measurement($"assignments, {count:#,0} clients of {extensionsEach}", processes);
        var bare = new Measurement($"pgbench, claims for {extensionsEach}", processes);
        for (var repetition = 0; repetition <= options.Repetitions; repetition++)
        {
            report.Progress(repetition == 0 ? "Assigning: warming up." : $"Assigning: {repetition} of {options.Repetitions}.");
            await RateAsync(repetition == 0 ? null : product, () => AskAsync(clients, latencies, cancellationToken), cancellationToken);
            await RateAsync(repetition == 0 ? null : bare, () => _pgbench.RunAsync(_script, Connections, count / Connections, cancellationToken), cancellationToken);
            if (repetition == 0)
                latencies.Clear();
        }

        report.AddRates(product.Name, product, bare, Target);
        var p99 = latencies.Order().ElementAt(latencies.Count * 99 / 100);
        report.Add(new Line($"GET /dialplan, {extensionsEach} numbers", $"median {latencies.Order().ElementAt(latencies.Count / 2) * 1000:0.0} ms", "", $"p99 {p99 * 1000:0.0} ms", "", null));
        await Fleet.LeaveAsync(clients, cancellationToken);
    }

    /// <summary>Measures waves from a fresh queue on: numbers assigned by the seconds that it took.</summary>
    private async Task RateAsync(Measurement? measurement, Func<Task<double>> wave, CancellationToken cancellationToken)
    {
        await jobs.FillAsync(Queued, cancellationToken);
        if (measurement is null)
            await WavesAsync();
        else
            await measurement.TakeAsync(WavesAsync);

        async Task<double> WavesAsync()
        {
            double seconds = 0;
            for (var i = 0; i < Waves; i++)
            {
                seconds += await wave();
                var assigned = await jobs.ResolveAsync(cancellationToken);
                if (assigned != Extensions)
                    throw new InvalidOperationException($"{assigned} of {Extensions} extensions were given a number.");
            }

            return Waves * Extensions / seconds;
        }
    }

    /// <summary>Every client asks once, a few at a time.</summary>
    /// <returns>Seconds for all of them.</returns>
    private static async Task<double> AskAsync(DialerClient[] clients, List<double> latencies, CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        var taken = await Task.WhenAll(clients.Chunk(clients.Length / Connections).Select(async own =>
        {
            var seconds = new List<double>(own.Length);
            foreach (var client in own)
            {
                var asked = Stopwatch.GetTimestamp();
                await client.DialPlanAsync(cancellationToken);
                seconds.Add(Stopwatch.GetElapsedTime(asked).TotalSeconds);
            }

            return seconds;
        }));
        var all = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        latencies.AddRange(taken.SelectMany(seconds => seconds));
        return all;
    }

    /// <summary>The product's statement with the calling rules of development, for one client after the other.</summary>
    /// <remarks>
    /// Prepared once a connection, and one plan kept, as the product does. The product's connections live on and have it; these are new in each
    /// wave, and plan at their first turn.
    /// </remarks>
    private static string Script(int clientsEach) => $"""
        \if :turn = 0
        {Assignment.KeepPlan.Replace("true", "false")};
        prepare claim (text[], bigint[], text, timestamptz, timestamptz, timestamptz, int, int, int, int, timestamptz, timestamptz) as {Assignment.Claim};
        \endif
        \set place :client_id * {clientsEach} + :turn
        execute claim (extensions(:place), tokens(:place), client(:place), now(), now() + '1 hour', now() - interval '30 seconds',
            0, 0, {new CallingRules().AttemptsPerNumber}, 0, now() - interval '1 day', now() + interval '1 day');
        \set turn :turn + 1

        """;
}
