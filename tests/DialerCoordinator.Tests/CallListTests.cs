using System.Net;
using System.Text.Json;
using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.TestSupport;

namespace EmptyNumber.DialerCoordinator.Tests;

/// <summary>Calls as operators see them.</summary>
[Collection("coordinator")]
public sealed class CallListTests(CoordinatorServers servers)
{
    private const string Number = "13800138000";

    [Fact]
    public async Task A_call_is_shown_with_its_signalling_its_verdict_and_its_recording()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var recorded = await service.Bus.ListenAsync<CallRecorded>();
        var (dialer, @operator) = (service.NewDialer(), service.NewOperator());
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, Number);
        await dialer.DialPlanAsync();
        var wav = DialerClient.Wav("heard");
        await dialer.UploadAsync("8001", Number, wav);
        (await OneAsync("outcome=unclassified")).GetProperty("state").ValueKind.ShouldBe(JsonValueKind.Null);
        await Eventually.Be(() => recorded.Count, 1);
        await service.Bus.PublishAsync(Verdicts.Of(recorded.Single().CallId, NumberState.Vacant));
        await Eventually.Be(async () => (await CallsAsync("/calls?outcome=decided")).Length, 1);

        var call = await OneAsync($"number={Number}&extension=8001&client={dialer.Id[..8]}");

        call.GetProperty("id").GetGuid().ShouldBe(recorded.Single().CallId);
        call.GetProperty("client").GetString().ShouldBe(dialer.Id[..8]);
        call.GetProperty("sipCode").GetInt32().ShouldBe(200);
        call.GetProperty("outcome").GetString().ShouldBe("decided");
        call.GetProperty("state").GetInt32().ShouldBe(2);
        call.GetProperty("stateText").GetString().ShouldBe("空号");
        var recording = new Uri(call.GetProperty("recording").GetString()!);
        (await @operator.Http.GetByteArrayAsync(recording)).ShouldBe(wav);
        (await service.NewDialer().Http.GetAsync(recording)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await @operator.GetAsync($"/calls/{Guid.NewGuid()}/recording", 404);

        async Task<JsonElement> OneAsync(string filter) => (await CallsAsync($"/calls/?{filter}")).ShouldHaveSingleItem();

        async Task<JsonElement[]> CallsAsync(string path) => [.. (await @operator.GetAsync(path)).GetProperty("calls").EnumerateArray()];
    }

    [Fact]
    public async Task Calls_come_page_by_page_newest_first_and_each_once()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var @operator = service.NewOperator();
        var start = service.Clock.GetUtcNow();
        var calls = Enumerable.Range(0, 57).Select(i => new Call
        {
            Id = Guid.NewGuid(),
            Number = i % 2 == 0 ? Number : "13900139000",
            ClientId = $"{i % 3:x8}{Guid.NewGuid():N}",
            Extension = $"80{i % 5}",
            StartedAt = start.AddSeconds(i / 10), // ten at one moment
            Outcome = (CallOutcome)(i % 7),
        }).ToList();
        await service.QueryAsync(db =>
        {
            db.Calls.AddRange(calls);
            return db.SaveChangesAsync();
        });

        (await PagesAsync("limit=10")).Order().ShouldBe(calls.Select(call => call.Id).Order());
        (await PagesAsync("limit=10")).Select(id => calls.Single(call => call.Id == id).StartedAt).ShouldBeInOrder(SortDirection.Descending);
        (await PagesAsync($"limit=7&number={Number}&extension=800")).Count.ShouldBe(6);
        (await PagesAsync("limit=7&client=00000002")).Count.ShouldBe(19);
        (await PagesAsync("limit=7&outcome=network_busy")).Count.ShouldBe(8);
        (await PagesAsync($"limit=7&since={start.AddSeconds(1):yyyy-MM-ddTHH:mm:ss.ffffffZ}&until={start.AddSeconds(3):yyyy-MM-ddTHH:mm:ss.ffffffZ}")).Count.ShouldBe(20);
        foreach (var bad in new[] { "number=12", "client=xyz", "outcome=lost", "since=yesterday", "after=1", "after=9999999999999999999.0", "limit=0" })
            await @operator.GetAsync($"/calls?{bad}", 400);

        async Task<List<Guid>> PagesAsync(string filter)
        {
            List<Guid> ids = [];
            string? next = null;
            do
            {
                var page = await @operator.GetAsync($"/calls?{filter}&after={next}");
                ids.AddRange(page.GetProperty("calls").EnumerateArray().Select(call => call.GetProperty("id").GetGuid()));
                next = page.GetProperty("next").GetString();
            }
            while (next is not null);
            return ids;
        }
    }
}
