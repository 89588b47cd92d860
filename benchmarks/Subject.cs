using EmptyNumber.Benchmarks.Coordinator;
using EmptyNumber.Benchmarks.Detection;
using EmptyNumber.Benchmarks.Listings;
using EmptyNumber.Benchmarks.Measuring;
using EmptyNumber.Benchmarks.PhonePool;
using EmptyNumber.WholeSuite;

namespace EmptyNumber.Benchmarks;

/// <summary>What can be measured of the whole suite.</summary>
/// <param name="Name">As on the command line.</param>
/// <param name="Parts">Its parts.</param>
/// <param name="Environment">Settings of the suite.</param>
/// <param name="RunAsync">Measures it.</param>
internal sealed record Subject(
    string Name,
    IReadOnlyList<string> Parts,
    IReadOnlyDictionary<string, string> Environment,
    Func<Suite, BenchOptions, Report, CancellationToken, Task> RunAsync)
{
    public static IReadOnlyList<Subject> All { get; } =
    [
        new("detection", ["submit", "resolve", "process"], DetectionBenchmark.Environment, DetectionBenchmark.RunAsync),
        new("coordinator", ["assign", "heartbeat", "depth"], CoordinatorBenchmark.Environment, CoordinatorBenchmark.RunAsync),
        new("phonepool", ["take", "codes", "depth"], PhonePoolBenchmark.Environment, PhonePoolBenchmark.RunAsync),
        new("listings", [], ListingsBenchmark.Environment, ListingsBenchmark.RunAsync),
    ];

    /// <summary>The one of a name; null where it is none of these.</summary>
    public static Subject? Find(string? name) => All.SingleOrDefault(subject => subject.Name == name);
}
