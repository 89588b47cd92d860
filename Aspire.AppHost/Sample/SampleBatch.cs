using System.Diagnostics;
using Spectre.Console;

namespace EmptyNumber.AppHost.Sample;

/// <summary>A batch of sandbox numbers over all states, detected as a customer would have it.</summary>
internal static class SampleBatch
{
    private const int Size = 100;
    private const int RecordsAtOnce = 8;
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Submits it, waits for all states and shows them.</summary>
    /// <returns>The results whose state is not the one that the number stands for.</returns>
    /// <exception cref="SampleException">A request was refused, or nothing moved for five minutes.</exception>
    public static async Task<IReadOnlyList<SampleResult>> RunAsync(GatewayClient gateway, CancellationToken ct)
    {
        await gateway.LogInAsync("jackfrued", "123456", ct);
        var task = await gateway.SubmitAsync(SandboxNumbers.Make(Size), ct);
        await WatchAsync(gateway, task, ct);
        var results = await FetchAsync(gateway, task, ct);
        Terminal.Out.Write(SampleResult.Table(results));
        return [.. results.Where(result => !result.IsRight)];
    }

    private static Task WatchAsync(GatewayClient gateway, long task, CancellationToken ct) =>
        Terminal.Out.Progress()
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask($"Detecting {Size} numbers", maxValue: Size);
                var sinceMoved = Stopwatch.StartNew();
                for (var finished = 0; finished < Size;)
                {
                    await Task.Delay(PollInterval, ct);
                    var progress = await gateway.ProgressAsync(task, ct);
                    if (progress.Finished > finished)
                        sinceMoved.Restart();
                    else if (sinceMoved.Elapsed > Patience)
                        throw new SampleException($"Task {task} stands at {finished} of {progress.Total} for {Patience.TotalMinutes:0} minutes.");
                    finished = progress.Finished;
                    bar.Value = finished;
                }
            });

    private static async Task<IReadOnlyList<SampleResult>> FetchAsync(GatewayClient gateway, long task, CancellationToken ct)
    {
        var records = await gateway.RecordsAsync(task, ct);
        var results = new SampleResult[records.Length];
        await Parallel.ForAsync(0, records.Length, new ParallelOptions { MaxDegreeOfParallelism = RecordsAtOnce, CancellationToken = ct }, async (i, token) =>
            results[i] = new SampleResult(records[i], await gateway.RecordAsync(records[i].Id, token)));
        return results;
    }
}
