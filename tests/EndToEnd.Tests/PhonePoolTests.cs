using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using EmptyNumber.TestSupport;
using EmptyNumber.WholeSuite;

namespace EmptyNumber.EndToEnd.Tests;

[Collection("suite")]
public sealed class PhonePoolTests(ReplicatedSuite replicated)
{
    private const int Mobiles = 500;
    private const int Apps = 4;
    private const int ReadersOfAnApp = 4;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly Suite _suite = replicated.Suite;

    [Fact]
    public async Task No_code_is_delivered_twice_when_replicas_are_killed_and_none_is_lost_but_those_under_way()
    {
        using var client = _suite.Connect();
        string[] mobiles = [.. Enumerable.Range(0, Mobiles).Select(i => $"177{i:00000000}")];
        await PostAsync("/phones", mobiles.Select(mobile => new { mobile, imsi = mobile + "9" }));
        var handedOut = new List<(string App, string Mobile)>();
        for (var app = 0; app < Apps; app++)
            handedOut.AddRange((await FetchAsync($"/mobiles/kill{app}/{Mobiles / Apps}", "mobile")).Items.Select(mobile => ($"kill{app}", mobile)));
        handedOut.Select(one => one.Mobile).Order().ShouldBe(mobiles);

        var delivered = new ConcurrentQueue<string>();
        using var end = new CancellationTokenSource();
        var broken = 0;
        var readers = Enumerable.Range(0, Apps * ReadersOfAnApp).Select(async reader =>
        {
            while (!end.IsCancellationRequested)
            {
                var (status, codes) = await FetchAsync($"/vcodes/kill{reader % Apps}?wait=1", "vcode");
                if (status is not (HttpStatusCode.OK or HttpStatusCode.AlreadyReported))
                    Interlocked.Increment(ref broken);
                foreach (var code in codes)
                    delivered.Enqueue(code);
            }
        }).ToList();

        // One code an upload, so that what an answer carried when its replica died is little.
        var brought = 0;
        foreach (var (app, mobile) in handedOut)
        {
            if (brought is Mobiles / 3)
                _suite.Kill("phonepool");
            if (brought is Mobiles * 2 / 3)
                _suite.Kill("phonepool", replica: 1);
            await Eventually.Async(async () => await PostAsync("/vcodes", [new { mobile, vcode = mobile, appname = app }]) == HttpStatusCode.OK, () => "not stored", Limit);
            brought++;
        }

        await Eventually.Async(() => Task.FromResult(delivered.Count >= Mobiles - Apps * ReadersOfAnApp * 2), () => $"{delivered.Count} delivered", Limit);
        await Task.Delay(TimeSpan.FromSeconds(2)); // for one that comes twice
        await end.CancelAsync();
        await Task.WhenAll(readers);

        delivered.Distinct().Count().ShouldBe(delivered.Count);
        delivered.ShouldAllBe(code => mobiles.Contains(code));
        delivered.Count.ShouldBeInRange(Mobiles - 2 * Apps * ReadersOfAnApp, Mobiles, $"{broken} answers were lost");

        async Task<HttpStatusCode?> PostAsync<T>(string path, IEnumerable<T> items)
        {
            using var response = await AnswerAsync(client.PostAsJsonAsync(path, new { data = items }));
            return response?.StatusCode;
        }

        async Task<(HttpStatusCode? Status, string[] Items)> FetchAsync(string path, string property)
        {
            using var response = await AnswerAsync(client.GetAsync(path));
            if (response is not { StatusCode: HttpStatusCode.OK })
                return (response?.StatusCode, []);
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>();
            return (response.StatusCode, [.. answer.GetProperty("data").EnumerateArray().Select(item => item.GetProperty(property).GetString()!)]);
        }

        // Null where it broke off: its replica was killed after the head of the answer had been sent.
        static async Task<HttpResponseMessage?> AnswerAsync(Task<HttpResponseMessage> sent)
        {
            try
            {
                return await sent;
            }
            catch (HttpRequestException e) when (e.InnerException is IOException)
            {
                return null;
            }
        }
    }
}
