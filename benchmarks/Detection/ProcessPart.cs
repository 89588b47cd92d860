using System.Diagnostics;
using EmptyNumber.Benchmarks.Measuring;
using EmptyNumber.WholeSuite;

namespace EmptyNumber.Benchmarks.Detection;

/// <summary>
/// Watching a task, requests a second in a closed loop, against an endpoint of the same service that needs neither token nor database.
/// </summary>
internal sealed class ProcessPart(Suite suite, HttpClient http, Customer customer, Backstage backstage, BenchOptions options)
{
    private const int Connections = 32;
    private const double Target = 0.7;

    /// <summary>So many that the just-in-time compiler has come to rest.</summary>
    private const int WarmUpStretches = 3;

    private TimeSpan Stretch => TimeSpan.FromSeconds(options.Quick ? 1 : 5);

    public async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        var (task, _) = await customer.SubmitAsync(Numbers.Json(2), cancellationToken);
        await backstage.RestAsync(cancellationToken);
        using var anyone = suite.Connect();
        var process = new Measurement($"GET /detect/id/process/, {Connections} connections", backstage.Processes);
        var bare = new Measurement($"GET /states/, {Connections} connections", backstage.Processes);
        report.Progress("Watching: warming up.");
        for (var stretch = 0; stretch < WarmUpStretches; stretch++)
        {
            await LoopAsync(http, $"/detect/{task}/process/", cancellationToken);
            await LoopAsync(anyone, "/states/", cancellationToken);
        }

        for (var repetition = 1; repetition <= options.Repetitions; repetition++)
        {
            report.Progress($"Watching: {repetition} of {options.Repetitions}.");
            await process.TakeAsync(() => LoopAsync(http, $"/detect/{task}/process/", cancellationToken));
            await bare.TakeAsync(() => LoopAsync(anyone, "/states/", cancellationToken));
        }

        await customer.DeleteAsync(task, cancellationToken);
        report.AddRates(process.Name, process, bare, Target);
    }

    /// <returns>Answers a second.</returns>
    private async Task<double> LoopAsync(HttpClient client, string path, CancellationToken cancellationToken)
    {
        var answers = 0;
        var begin = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ =>
        {
            while (Stopwatch.GetElapsedTime(begin) < Stretch)
            {
                using var response = await client.GetAsync(path, cancellationToken);
                response.EnsureSuccessStatusCode();
                Interlocked.Increment(ref answers);
            }
        }));
        return answers / Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }
}
