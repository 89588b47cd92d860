using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using EmptyNumber.Benchmarks.Baselines;
using EmptyNumber.Benchmarks.Measuring;
using EmptyNumber.WholeSuite;
using Npgsql;

namespace EmptyNumber.Benchmarks.Listings;

/// <summary>The subject <c>listings</c>: pages of houses, against a server that has nothing to do but to send the same bytes.</summary>
internal static class ListingsBenchmark
{
    private const int HouseCount = 1_000_000;
    private const int QueryCount = 2_000;
    private const double Target = 0.3;
    private const int Recounts = 9;

    /// <summary>Settings of the suite: those of development.</summary>
    public static IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>();

    public static async Task RunAsync(Suite suite, BenchOptions options, Report report, CancellationToken cancellationToken)
    {
        await using var database = NpgsqlDataSource.Create(suite.ConnectionString("listings"));
        var count = options.Size(HouseCount);
        report.Progress($"Houses: storing {count:#,0}.");
        await Houses.FillAsync(database, count, cancellationToken);
        var drawn = Queries.Draw(QueryCount, await Houses.DistrictsAsync(database, cancellationToken));
        using var http = suite.Connect();
        report.Progress("Houses: recording the answers.");
        var (answers, firstTimes) = await RecordAsync(http, drawn, cancellationToken);
        string[] paths = [.. drawn.Where(answers.ContainsKey)];
        using var bare = await BareServer.StartAsync(answers, "listings", cancellationToken);

        var processes = ProcessTable.Of(suite);
        var latencies = await new ClosedLoop(options).CompareAsync(
            "Houses", ($"GET /api/houseinfos/, {count:#,0} houses", Ask(http, paths)), ("the same bytes, bare", Ask(bare.Http, paths)), Target, processes, report, cancellationToken);
        report.Add(Percentiles("GET /api/houseinfos/, of these", latencies));
        report.Add(Percentiles($"each of {answers.Count:#,0} different ones the first time, one by one", firstTimes));
        await RecountAsync(suite, report, processes, cancellationToken);
    }

    /// <summary>Asks for the paths in turn.</summary>
    private static Func<CancellationToken, Task> Ask(HttpClient http, string[] paths)
    {
        var turn = -1;
        return async cancellationToken =>
        {
            using var response = await http.GetAsync(paths[(uint)Interlocked.Increment(ref turn) % (uint)paths.Length], cancellationToken);
            response.EnsureSuccessStatusCode();
        };
    }

    /// <summary>What it costs that somebody changes a price: counts are taken anew, that of all houses included.</summary>
    private static async Task RecountAsync(Suite suite, Report report, ProcessTable processes, CancellationToken cancellationToken)
    {
        using var admin = await suite.LogInAsync(cancellationToken);
        var recount = new Measurement("GET /api/houseinfos/ of all, after a change", processes);
        for (var price = 0; price < Recounts; price++)
        {
            var change = new
            {
                title = "整租",
                area = 50,
                floor = 1,
                totalfloor = 2,
                direction = "南",
                price,
                priceunit = "元/月",
                street = "建设路",
                typeid = 1,
                distid = 110101,
            };
            using var changed = await admin.PutAsJsonAsync("/api/houseinfos/1/", change, cancellationToken);
            changed.EnsureSuccessStatusCode();
            await recount.TakeAsync(async () =>
            {
                var begin = Stopwatch.GetTimestamp();
                using var response = await admin.GetAsync("/api/houseinfos/", cancellationToken);
                response.EnsureSuccessStatusCode();
                return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
            });
        }

        report.Add(new Line(recount.Name, $"{recount.Median:0} ms ({recount.Least:0} to {recount.Most:0})", "", "", "", IsMet: null), recount);
    }

    /// <summary>Asks each once. A page past the end is nothing that somebody would ask for again.</summary>
    private static async Task<(Dictionary<string, string> Answers, IReadOnlyList<TimeSpan> Latencies)> RecordAsync(
        HttpClient http, IEnumerable<string> paths, CancellationToken cancellationToken)
    {
        var answers = new Dictionary<string, string>();
        var latencies = new List<TimeSpan>();
        foreach (var path in paths.Distinct())
        {
            var begin = Stopwatch.GetTimestamp();
            using var response = await http.GetAsync(path, cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotFound)
                continue;
            response.EnsureSuccessStatusCode();
            answers[path] = await response.Content.ReadAsStringAsync(cancellationToken);
            latencies.Add(Stopwatch.GetElapsedTime(begin));
        }

        return (answers, [.. latencies.Order()]);
    }

    private static Line Percentiles(string what, IReadOnlyList<TimeSpan> latencies) => new(
        what, $"median {latencies[latencies.Count / 2].TotalMilliseconds:0.0} ms", "", $"p99 {latencies[latencies.Count * 99 / 100].TotalMilliseconds:0.0} ms", "", IsMet: null);
}
