using EmptyNumber.Benchmarks.Baselines;
using EmptyNumber.Benchmarks.Measuring;
using EmptyNumber.PhonePool.Infrastructure;
using EmptyNumber.WholeSuite;

namespace EmptyNumber.Benchmarks.PhonePool;

/// <summary>Mobiles handed out a second through the gateway, eight at a time as in the API's document, against the product's statement in pgbench.</summary>
internal sealed class TakePart(Suite suite, HttpClient http, PoolTables tables, ProcessTable processes, BenchOptions options)
{
    private const int Connections = 32;
    private const int Each = 8;
    private const int Turns = 250;
    private const double Target = 0.5;

    private readonly Pgbench _pgbench = new(suite.Find("postgres").Url!.Port, "phonepool");
    private readonly string _script = Path.Combine(suite.Folder, "take.pgbench");

    public async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        var turns = options.Size(Turns);
        var mobiles = Connections * turns * Each;
        await File.WriteAllTextAsync(_script, Script, cancellationToken);
        var product = new Measurement($"mobiles handed out, {Each} a request", processes);
        var bare = new Measurement($"pgbench, {Each} a statement", processes);
        for (var repetition = 0; repetition <= options.Repetitions; repetition++)
        {
            report.Progress(repetition == 0 ? "Handing out: warming up." : $"Handing out: {repetition} of {options.Repetitions}.");
            await TakeAsync(product, repetition, () => FixedLoad.RunAsync(
                http, Connections, turns, (connection, _) => $"/mobiles/{PoolTables.AppPrefix}{connection}/{Each}", mobiles, cancellationToken));
            await TakeAsync(bare, repetition, () => _pgbench.RunAsync(_script, Connections, turns, cancellationToken));
        }

        report.AddRates(product.Name, product, bare, Target);

        async Task TakeAsync(Measurement measurement, int repetition, Func<Task<double>> run)
        {
            await tables.FillAsync(mobiles, cancellationToken);
            if (repetition == 0)
                await run();
            else
                await measurement.TakeAsync(async () => mobiles / await run());
        }
    }

    /// <summary>The product's statement, prepared once a connection as the product does.</summary>
    private static string Script => $"""
        \if :turn = 0
        prepare take (text, int, timestamptz) as {PoolSql.Take};
        \endif
        execute take ('{PoolTables.AppPrefix}' || :client_id, {Each}, now() + '10 days');
        \set turn :turn + 1

        """;
}
