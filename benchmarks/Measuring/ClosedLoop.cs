using System.Diagnostics;

namespace EmptyNumber.Benchmarks.Measuring;

/// <summary>Requests one after the other on each of some connections: how many are answered a second.</summary>
internal sealed class ClosedLoop(BenchOptions options)
{
    /// <summary>How many requests are under way at any time.</summary>
    public const int Connections = 32;

    /// <summary>So many that the just-in-time compiler has come to rest.</summary>
    private const int WarmUpStretches = 3;

    private TimeSpan Stretch => TimeSpan.FromSeconds(options.Quick ? 1 : 5);

    /// <summary>Measures two kinds of requests in turns, and reports the ratio of their rates.</summary>
    /// <param name="subject">What the progress calls it.</param>
    /// <param name="measured">The request that it is about.</param>
    /// <param name="against">The plainer one.</param>
    /// <param name="target">The least ratio.</param>
    /// <param name="processes">Who uses the processors.</param>
    /// <param name="report">Gets the ratio.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>How long each request took that it is about, shortest first.</returns>
    public async Task<IReadOnlyList<TimeSpan>> CompareAsync(
        string subject, (string Name, Func<CancellationToken, Task> Send) measured, (string Name, Func<CancellationToken, Task> Send) against,
        double target, ProcessTable processes, Report report, CancellationToken cancellationToken)
    {
        var one = new Measurement($"{measured.Name}, {Connections} connections", processes);
        var other = new Measurement($"{against.Name}, {Connections} connections", processes);
        List<TimeSpan> latencies = [], others = [];
        report.Progress($"{subject}: warming up.");
        for (var stretch = 0; stretch < WarmUpStretches; stretch++)
        {
            await RunAsync(measured.Send, latencies, cancellationToken);
            await RunAsync(against.Send, others, cancellationToken);
        }

        latencies.Clear();

        for (var repetition = 1; repetition <= options.Repetitions; repetition++)
        {
            report.Progress($"{subject}: {repetition} of {options.Repetitions}.");
            await one.TakeAsync(() => RunAsync(measured.Send, latencies, cancellationToken));
            await other.TakeAsync(() => RunAsync(against.Send, others, cancellationToken));
        }

        report.AddRates(one.Name, one, other, target);
        return [.. latencies.Order()];
    }

    /// <returns>Answers a second.</returns>
    private async Task<double> RunAsync(Func<CancellationToken, Task> send, List<TimeSpan> latencies, CancellationToken cancellationToken)
    {
        var begin = Stopwatch.GetTimestamp();
        var taken = await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            List<TimeSpan> own = [];
            while (Stopwatch.GetElapsedTime(begin) < Stretch)
            {
                var asked = Stopwatch.GetTimestamp();
                await send(cancellationToken);
                own.Add(Stopwatch.GetElapsedTime(asked));
            }

            return own;
        }));
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        latencies.AddRange(taken.SelectMany(own => own));
        return taken.Sum(own => own.Count) / seconds;
    }
}
