using EmptyNumber.Benchmarks.Measuring;
using EmptyNumber.WholeSuite;

namespace EmptyNumber.Benchmarks.Detection;

/// <summary>The subject <c>detection</c>.</summary>
internal static class DetectionBenchmark
{
    /// <summary>Settings of the suite: the limits of a user are not what is measured.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        ["Detection__Limits__NumbersPerDay"] = "1000000000000",
        ["Detection__Limits__OpenNumbers"] = "1000000000000",
    };

    public static async Task RunAsync(Suite suite, BenchOptions options, Report report, CancellationToken cancellationToken)
    {
        using var http = await suite.LogInAsync(cancellationToken);
        await using var backstage = await Backstage.EnterAsync(suite, cancellationToken);
        var customer = new Customer(http);
        if (options.Wants("submit"))
            await new SubmitPart(suite, backstage, customer, options).RunAsync(report, cancellationToken);
        if (options.Wants("resolve"))
            await new ResolvePart(suite, backstage, customer, options).RunAsync(report, cancellationToken);
        if (options.Wants("process"))
            await new ProcessPart(suite, http, customer, backstage, options).RunAsync(report, cancellationToken);
    }
}
