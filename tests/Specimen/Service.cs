using System.Collections;

namespace EmptyNumber.Specimen;

/// <summary>
/// A service that tells its environment, whether those that it refers to were healthy when it started, and, in its log,
/// whether they still were when it stopped.
/// </summary>
internal static class Service
{
    public static async Task RunAsync()
    {
        var builder = WebApplication.CreateBuilder();
        var others = builder.Configuration.GetSection("services").GetChildren()
            .SelectMany(service => service.GetSection("http").GetChildren()).Select(url => url.Value!).ToList();
        using var http = new HttpClient();
        var healthyAtStart = await AreHealthyAsync(http, others);

        var app = builder.Build();
        app.MapGet("/health", () => "Healthy");
        app.MapGet("/healthy-at-start", () => healthyAtStart);
        app.MapGet("/environment", () => Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value));
        app.MapGet("/warn", (ILogger<Program> logger) => logger.LogWarning("A warning\nof two lines"));
        await app.RunAsync();
        Console.WriteLine($"Healthy at stop: {await AreHealthyAsync(http, others)}");
    }

    private static async Task<bool> AreHealthyAsync(HttpClient http, IEnumerable<string> urls)
    {
        try
        {
            foreach (var url in urls)
                _ = await http.GetStringAsync(url + "/health");
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
