using EmptyNumber.Benchmarks.Measuring;
using EmptyNumber.WholeSuite;

namespace EmptyNumber.Benchmarks.Detection;

/// <summary>
/// Watching a task, requests a second in a closed loop, against an endpoint of the same service that needs neither token nor database.
/// </summary>
internal sealed class ProcessPart(Suite suite, HttpClient http, Customer customer, Backstage backstage, BenchOptions options)
{
    private const double Target = 0.7;

    public async Task RunAsync(Report report, CancellationToken cancellationToken)
    {
        var (task, _) = await customer.SubmitAsync(Numbers.Json(2), cancellationToken);
        await backstage.RestAsync(cancellationToken);
        using var anyone = suite.Connect();
        await new ClosedLoop(options).CompareAsync(
            "Watching",
            ("GET /detect/id/process/", token => GetAsync(http, $"/detect/{task}/process/", token)),
            ("GET /states/", token => GetAsync(anyone, "/states/", token)),
            Target, backstage.Processes, report, cancellationToken);
        await customer.DeleteAsync(task, cancellationToken);
    }

    private static async Task GetAsync(HttpClient client, string path, CancellationToken cancellationToken)
    {
        using var response = await client.GetAsync(path, cancellationToken);
        response.EnsureSuccessStatusCode();
    }
}
