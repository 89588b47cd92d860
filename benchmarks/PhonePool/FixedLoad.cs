using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace EmptyNumber.Benchmarks.PhonePool;

/// <summary>The same requests, one after the other, on each of some connections.</summary>
internal static class FixedLoad
{
    /// <summary>Sends the requests and counts the items of all answers.</summary>
    /// <param name="http">The client.</param>
    /// <param name="connections">How many requests are under way at any time.</param>
    /// <param name="turns">How many each connection sends.</param>
    /// <param name="path">The path, by connection and turn.</param>
    /// <param name="items">How many items all answers together have to hold.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Seconds.</returns>
    public static async Task<double> RunAsync(
        HttpClient http, int connections, int turns, Func<int, int, string> path, int items, CancellationToken cancellationToken)
    {
        var got = 0;
        var begin = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async connection =>
        {
            for (var turn = 0; turn < turns; turn++)
            {
                var answer = await http.GetFromJsonAsync<JsonElement>(path(connection, turn), cancellationToken);
                Interlocked.Add(ref got, answer.GetProperty("data").GetArrayLength());
            }
        }));
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        return got == items ? seconds : throw new InvalidOperationException($"{got} items were answered, {items} were there.");
    }
}
