using EmptyNumber.Benchmarks.Baselines;
using EmptyNumber.Benchmarks.Measuring;
using EmptyNumber.PhonePool.Infrastructure;
using EmptyNumber.WholeSuite;

namespace EmptyNumber.Benchmarks.PhonePool;

/// <summary>Codes delivered a second through the gateway, eight in an answer, against the product's statement in pgbench.</summary>
internal sealed class CodesPart(Suite suite, HttpClient http, PoolTables tables, ProcessTable processes, BenchOptions options)
{
    private const int Connections = 32;
    private const int Each = 8;
    private const int Turns = 250;
    private const double Target = 0.5;

    private readonly Pgbench _pgbench = new(suite.Find("postgres").Url!.Port, "phonepool");
    private readonly string _script = Path.Combine(suite.Folder, "claim.pgbench");

    public async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        var turns = options.Size(Turns);
        var apps = Connections * turns;
        await File.WriteAllTextAsync(_script, Script(turns), cancellationToken);
        var product = new Measurement($"codes delivered, {Each} a request", processes);
        var bare = new Measurement($"pgbench, {Each} codes a statement", processes);
        for (var repetition = 0; repetition <= options.Repetitions; repetition++)
        {
            report.Progress(repetition == 0 ? "Delivering codes: warming up." : $"Delivering codes: {repetition} of {options.Repetitions}.");
            await TakeAsync(product, repetition, () => FixedLoad.RunAsync(
                http, Connections, turns, (connection, turn) => $"/vcodes/{PoolTables.AppPrefix}{connection * turns + turn}", apps * Each, cancellationToken));
            await TakeAsync(bare, repetition, () => _pgbench.RunAsync(_script, Connections, turns, cancellationToken));
        }

        report.AddRates(product.Name, product, bare, Target);

        async Task TakeAsync(Measurement measurement, int repetition, Func<Task<double>> run)
        {
            await tables.BringCodesAsync(apps, Each, cancellationToken);
            if (repetition == 0)
                await run();
            else
                await measurement.TakeAsync(async () => apps * Each / await run());
        }
    }

    /// <summary>The product's statement, prepared once a connection as the product does, for one app after the other.</summary>
    private static string Script(int turns) => $"""
        \if :turn = 0
        prepare claim (text, timestamptz, int) as {CodeSql.Claim};
        \endif
        \set app :client_id * {turns} + :turn
        execute claim ('{PoolTables.AppPrefix}' || :app, now(), 10000);
        \set turn :turn + 1

        """;
}
