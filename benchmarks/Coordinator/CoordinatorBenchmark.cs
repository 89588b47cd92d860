using EmptyNumber.Benchmarks.Detection;
using EmptyNumber.Benchmarks.Measuring;
using EmptyNumber.WholeSuite;

namespace EmptyNumber.Benchmarks.Coordinator;

/// <summary>The subject <c>coordinator</c>.</summary>
internal static class CoordinatorBenchmark
{
    private const int Deep = 1_000_000;

    /// <summary>Settings of the suite: a fleet that nobody has to keep alive, and no limits that are not measured.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>(DetectionBenchmark.Environment)
    {
        ["Fleet__DemoExtensions"] = "2000",
        ["Fleet__ClientTimeout"] = "1.00:00:00",
        ["Fleet__BeginTimeout"] = "1.00:00:00",
    };

    public static async Task RunAsync(Suite suite, BenchOptions options, Report report, CancellationToken cancellationToken)
    {
        using var customer = await suite.LogInAsync(cancellationToken);
        using var http = suite.Connect();
        await using var backstage = await Backstage.EnterAsync(suite, cancellationToken);
        await using var jobs = new DialJobs(suite);

        var queued = options.Wants("depth") ? options.Size(Deep) : AssignPart.Queued;
        report.Progress($"Queueing {queued:#,0} numbers.");
        var path = Path.Combine(suite.Folder, "numbers.txt");
        await File.WriteAllLinesAsync(path, Numbers.Take(queued), cancellationToken);
        await new Customer(customer).SubmitFileAsync(path, cancellationToken);
        await backstage.RestAsync(cancellationToken);
        await jobs.KeepAsync(cancellationToken);

        if (options.Wants("assign"))
            await new AssignPart(suite, jobs, http, backstage.Processes, options).RunAsync(report, cancellationToken);
        if (options.Wants("heartbeat"))
            await new HeartbeatPart(http, backstage.Processes, options).RunAsync(report, cancellationToken);
        if (options.Wants("depth"))
            await new DepthPart(jobs, http, backstage.Processes, options).RunAsync(queued, report, cancellationToken);
    }
}
