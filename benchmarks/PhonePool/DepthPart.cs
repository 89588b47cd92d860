using System.Diagnostics;
using EmptyNumber.Benchmarks.Measuring;

namespace EmptyNumber.Benchmarks.PhonePool;

/// <summary>The time of one hand-out through the front door, when the pool is small and when it is very large.</summary>
internal sealed class DepthPart(HttpClient http, PoolTables tables, ProcessTable processes, BenchOptions options)
{
    private const int Shallow = 1_000;
    private const int Deep = 1_000_000;
    private const int WarmUps = 20;
    private const int Takes = 100;
    private const int Each = 8;
    private const double Target = 1.5;

    public async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        var deep = options.Size(Deep);
        var few = new Measurement($"a hand-out of {Each}, pool of {Shallow:#,0}", processes);
        var many = new Measurement($"a hand-out of {Each}, pool of {deep:#,0}", processes);
        for (var repetition = 1; repetition <= options.Repetitions; repetition++)
        {
            report.Progress($"Pools of {Shallow:#,0} and {deep:#,0}: {repetition} of {options.Repetitions}.");
            await TakeAsync(few, Shallow);
            await TakeAsync(many, deep);
        }

        report.AddTimes(many.Name, many, few, Target);

        async Task TakeAsync(Measurement measurement, int pooled)
        {
            await tables.FillAsync(pooled, cancellationToken);
            await measurement.TakeAsync(async () =>
            {
                var seconds = new List<double>();
                for (var i = 0; i < WarmUps + Takes; i++)
                {
                    var begin = Stopwatch.GetTimestamp();
                    using var response = await http.GetAsync($"/mobiles/{PoolTables.AppPrefix}/{Each}", cancellationToken);
                    response.EnsureSuccessStatusCode();
                    seconds.Add(Stopwatch.GetElapsedTime(begin).TotalSeconds);
                }

                return seconds.Skip(WarmUps).Order().ElementAt(Takes / 2);
            });
        }
    }
}
