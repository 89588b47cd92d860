using System.Diagnostics;
using EmptyNumber.Benchmarks.Measuring;

namespace EmptyNumber.Benchmarks.Coordinator;

/// <summary>The time of one assignment through the front door, when few and when very many numbers are queued.</summary>
internal sealed class DepthPart(DialJobs jobs, HttpClient http, ProcessTable processes, BenchOptions options)
{
    private const int Shallow = 1_000;
    private const int WarmUps = 20;
    private const int Claims = 100;
    private const double Target = 1.5;

    public async Task RunAsync(int deep, Report report, CancellationToken cancellationToken)
    {
        var client = (await Fleet.JoinAsync(http, 1, extensionsEach: 1, cancellationToken))[0];
        var few = new Measurement($"an assignment, {Shallow:#,0} queued", processes);
        var many = new Measurement($"an assignment, {deep:#,0} queued", processes);
        for (var repetition = 1; repetition <= options.Repetitions; repetition++)
        {
            report.Progress($"Queues of {Shallow:#,0} and {deep:#,0}: {repetition} of {options.Repetitions}.");
            await TakeAsync(few, Shallow);
            await TakeAsync(many, deep);
        }

        report.AddTimes(many.Name, many, few, Target);
        await client.LeaveAsync(cancellationToken);

        async Task TakeAsync(Measurement measurement, int queued)
        {
            await jobs.FillAsync(queued, cancellationToken);
            await measurement.TakeAsync(async () =>
            {
                var seconds = new List<double>();
                for (var i = 0; i < WarmUps + Claims; i++)
                    seconds.Add(await ClaimAsync());
                return seconds.Skip(WarmUps).Order().ElementAt(Claims / 2);
            });
        }

        async Task<double> ClaimAsync()
        {
            var begin = Stopwatch.GetTimestamp();
            var assigned = (await client.DialPlanAsync(cancellationToken)).Count;
            var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            if (assigned != 1 || await jobs.ResolveAsync(cancellationToken) != 1)
                throw new InvalidOperationException($"One extension was given {assigned} numbers.");
            return seconds;
        }
    }
}
