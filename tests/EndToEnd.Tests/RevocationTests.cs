using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json;
using EmptyNumber.WholeSuite;

namespace EmptyNumber.EndToEnd.Tests;

[Collection("suite")]
public sealed class RevocationTests(ReplicatedSuite replicated)
{
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(2);

    /// <summary>One of each service. Where no token is needed, a bad one is refused.</summary>
    private static readonly string[] Paths =
        ["/phone/?number=0", "/usage/", "/fleet/", "/audio/announcements/", "/mobiles/nobody.has.this/1", "/api/tags/", "/api/users/", "/api/tokens/"];

    private readonly Suite _suite = replicated.Suite;

    [Fact]
    public async Task A_revoked_token_is_refused_by_every_replica_of_every_service_within_2_seconds_and_its_stream_ends()
    {
        using var owner = await _suite.LogInAsync();
        using var made = await owner.PostAsJsonAsync("/api/tokens/", new { name = "to be revoked" });
        var token = await made.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
        using var program = _suite.Connect();
        program.DefaultRequestHeaders.Add("token", token.GetProperty("token").GetString());
        var task = await program.SubmitAsync(Detecting.SandboxNumbers(1000, "159000"));
        using var stream = await program.GetAsync($"/detect/{task}/events/", HttpCompletionOption.ResponseHeadersRead);
        var events = ReadAsync(stream);

        // Both replicas of each service remember that the token is good.
        (await StatusesAsync()).ShouldAllBe(answer => answer.Status != HttpStatusCode.Unauthorized);

        var revoked = Stopwatch.StartNew();
        using (var revocation = await owner.DeleteAsync($"/api/tokens/{token.GetProperty("id")}/"))
            revocation.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await events.WaitAsync(Promise)).ShouldNotContain("finished");
        await Task.Delay(Promise - revoked.Elapsed is { Ticks: > 0 } rest ? rest : TimeSpan.Zero);
        (await StatusesAsync()).ShouldAllBe(answer => answer.Status == HttpStatusCode.Unauthorized);

        (await owner.DeleteAsync($"/phone/{task}/")).Dispose();

        async Task<(string Path, HttpStatusCode Status)[]> StatusesAsync() => await Task.WhenAll(Paths.SelectMany(path => Enumerable.Repeat(path, 8)).Select(async path =>
        {
            using var response = await program.GetAsync(path);
            return (path, response.StatusCode);
        }));
    }

    private static async Task<List<string>> ReadAsync(HttpResponseMessage response)
    {
        List<string> seen = [];
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync())
            seen.Add(item.EventType);
        return seen;
    }
}
