using EmptyNumber.Benchmarks.Measuring;
using EmptyNumber.WholeSuite;

namespace EmptyNumber.Benchmarks.PhonePool;

/// <summary>The subject <c>phonepool</c>.</summary>
internal static class PhonePoolBenchmark
{
    /// <summary>Settings of the suite: nothing expires while it is measured.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        ["PhonePool__HandOutLifetime"] = "10.00:00:00",
        ["PhonePool__CodeLifetime"] = "10.00:00:00",
    };

    public static async Task RunAsync(Suite suite, BenchOptions options, Report report, CancellationToken cancellationToken)
    {
        using var http = suite.Connect();
        await using var tables = new PoolTables(suite);
        await tables.KeepIdentityAsync(http, cancellationToken);
        var processes = ProcessTable.Of(suite);
        if (options.Wants("take"))
            await new TakePart(suite, http, tables, processes, options).RunAsync(report, cancellationToken);
        if (options.Wants("codes"))
            await new CodesPart(suite, http, tables, processes, options).RunAsync(report, cancellationToken);
        if (options.Wants("depth"))
            await new DepthPart(http, tables, processes, options).RunAsync(report, cancellationToken);
    }
}
