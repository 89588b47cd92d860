using System.Diagnostics;
using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using EmptyNumber.Contracts;
using EmptyNumber.TestSupport;

namespace EmptyNumber.Detection.Tests;

[Collection("moving clock")]
public sealed class EventsTests(DetectionService service)
{
    private static readonly string[] Numbers = ["13800138000", "13900139000", "13700137000", "13600136000"];

    [Fact]
    public async Task A_task_is_followed_to_its_end()
    {
        var user = service.NewUser();
        var (task, records) = await user.SubmitWithCallbackAsync(null, Numbers);

        using var stream = await EventStream.OpenAsync(user, task);
        stream.ContentType.ShouldBe("text/event-stream");
        await stream.ShouldShowAsync("progress", 0, "{}");
        await ResolveAsync(user, task, 1, NumberState.Vacant, records[0]);
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        await stream.ShouldShowAsync("progress", 1, """{"2":1}""");
        await ResolveAsync(user, task, 4, NumberState.InService, records[1..]);
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        await stream.ShouldShowAsync("finished", 4, """{"1":3,"2":1}""");

        (await stream.NextAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Progress_comes_at_most_once_a_second_and_only_when_there_is_some()
    {
        var user = service.NewUser();
        var numbers = Enumerable.Range(0, 40).Select(i => $"137{i:d8}").ToArray();
        var (task, records) = await user.SubmitWithCallbackAsync(null, numbers);
        using var stream = await EventStream.OpenAsync(user, task);
        var step = TimeSpan.FromMilliseconds(250);
        var shown = new List<(DateTimeOffset At, int Finished)>();
        var reading = Task.Run(async () =>
        {
            while (await stream.NextAsync() is { } item)
            {
                shown.Add((service.Clock.GetUtcNow(), int.Parse(item.EventId!)));
                if (item.EventType == "finished")
                    break;
            }
        });

        for (var i = 0; i < records.Length; i++)
        {
            await ResolveAsync(user, task, i + 1, NumberState.Vacant, records[i]);
            service.Clock.Advance(step);
        }

        await Eventually.Async(() => Task.FromResult(AdvanceUntil(reading)), () => $"{shown.Count} events");
        shown.Select(item => item.Finished).ShouldBe(shown.Select(item => item.Finished).Order().Distinct());
        shown.Count.ShouldBeLessThanOrEqualTo(13); // ten seconds of change, the first, and the end
        shown[^1].Finished.ShouldBe(numbers.Length);

        bool AdvanceUntil(Task done)
        {
            service.Clock.Advance(step);
            return done.IsCompleted;
        }
    }

    [Fact]
    public async Task A_stream_resumes_after_what_was_seen()
    {
        var user = service.NewUser();
        var (task, records) = await user.SubmitWithCallbackAsync(null, Numbers);
        await ResolveAsync(user, task, 2, NumberState.Vacant, records[..2]);

        using (var behind = await EventStream.OpenAsync(user, task, lastEventId: "1"))
            await behind.ShouldShowAsync("progress", 2, """{"2":2}""");
        using var level = await EventStream.OpenAsync(user, task, lastEventId: "2");
        await ResolveAsync(user, task, 3, NumberState.Busy, records[2]);
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        await level.ShouldShowAsync("progress", 3, """{"2":2,"5":1}""");
        using var odd = await EventStream.OpenAsync(user, task, lastEventId: "x");
        await odd.ShouldShowAsync("progress", 3, """{"2":2,"5":1}""");
        using var ahead = await EventStream.OpenAsync(user, task, lastEventId: "99");
        await ahead.ShouldShowAsync("progress", 3, """{"2":2,"5":1}""");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("2")]
    [InlineData("4")]
    public async Task A_finished_task_says_so_at_once(string? lastEventId)
    {
        var user = service.NewUser();
        var (task, records) = await user.SubmitWithCallbackAsync(null, Numbers);
        await ResolveAsync(user, task, 4, NumberState.PoweredOff, records);

        using var stream = await EventStream.OpenAsync(user, task, lastEventId);

        await stream.ShouldShowAsync("finished", 4, """{"4":4}""");
        (await stream.NextAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task The_stream_of_a_deleted_task_ends()
    {
        var user = service.NewUser();
        var (task, _) = await user.SubmitWithCallbackAsync(null, Numbers);
        using var stream = await EventStream.OpenAsync(user, task);
        await stream.ShouldShowAsync("progress", 0, "{}");

        await user.DeleteAsync($"/phone/{task}/");

        service.Clock.Advance(TimeSpan.FromSeconds(1));
        (await stream.NextAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task The_stream_of_a_service_that_stops_ends()
    {
        await using var replica = await service.StartReplicaAsync(service.Clock);
        var user = service.NewUser(replica);
        var (task, _) = await user.SubmitWithCallbackAsync(null, Numbers);
        using var stream = await EventStream.OpenAsync(user, task);
        await stream.ShouldShowAsync("progress", 0, "{}");

        await replica.Host.DisposeAsync();

        (await stream.NextAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task The_stream_of_a_revoked_token_ends_within_two_seconds_and_no_other()
    {
        var (user, other) = (service.NewUser(), service.NewUser());
        var (revoked, _) = await user.SubmitWithCallbackAsync(null, Numbers);
        var (task, records) = await other.SubmitWithCallbackAsync(null, Numbers);
        using var stream = await EventStream.OpenAsync(user, revoked);
        using var others = await EventStream.OpenAsync(other, task);
        await stream.ShouldShowAsync("progress", 0, "{}");
        await others.ShouldShowAsync("progress", 0, "{}");

        service.Revoke(user);
        service.Clock.Advance(TimeSpan.FromSeconds(1));

        (await stream.NextAsync()).ShouldBeNull();
        await ResolveAsync(other, task, 1, NumberState.Vacant, records[0]);
        service.Clock.Advance(TimeSpan.FromSeconds(5));
        await others.ShouldShowAsync("progress", 1, """{"2":1}""");
    }

    [Fact]
    public async Task A_silent_stream_is_kept_open()
    {
        var user = service.NewUser();
        var (task, _) = await user.SubmitWithCallbackAsync(null, "13800138000");
        using var response = await user.GetAsync($"/detect/{task}/events/", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        foreach (var expected in (string[])[": following", "", "event: progress", "id: 0", """data: {"finished":0,"total":1,"states":{}}""", ""])
            (await lines.ReadLineAsync()).ShouldBe(expected);

        var line = lines.ReadLineAsync();
        await Eventually.Async(
            () =>
            {
                service.Clock.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(line.IsCompleted);
            },
            () => "nothing");
        (await line).ShouldBe(": following");
    }

    [Fact]
    public async Task However_many_follow_it_a_task_is_read_once_a_second()
    {
        var user = service.NewUser();
        var (task, records) = await user.SubmitWithCallbackAsync(null, Numbers);
        var streams = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => EventStream.OpenAsync(user, task)));
        foreach (var stream in streams)
            await stream.ShouldShowAsync("progress", 0, "{}");

        var polls = 0;
        using (var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = span =>
            {
                if (span.TagObjects.Any(tag => tag.Value is string sql && sql.Contains("= ANY (@ids)")))
                    Interlocked.Increment(ref polls);
            },
        })
        {
            ActivitySource.AddActivityListener(listener);
            for (var second = 1; second <= 3; second++)
            {
                await ResolveAsync(user, task, second, NumberState.Vacant, records[second - 1]);
                service.Clock.Advance(TimeSpan.FromSeconds(1));
                foreach (var stream in streams)
                    await stream.ShouldShowAsync("progress", second, $$"""{"2":{{second}}}""");
            }
        }

        foreach (var stream in streams)
            stream.Dispose();
        polls.ShouldBeInRange(3, 4);
    }

    [Fact]
    public async Task A_task_that_is_not_there_is_not_found_and_nobody_follows_without_a_token()
    {
        var (task, _) = await service.NewUser().SubmitWithCallbackAsync(null, "13800138000");

        foreach (var path in new[] { $"/detect/{task}/events/", "/detect/999999999/events" })
            (await service.NewUser("admin").GetJsonAsync(path, HttpStatusCode.NotFound)).GetProperty("error").GetString().ShouldBe("Not Found");
        (await service.Connect().GetJsonAsync($"/detect/{task}/events/", HttpStatusCode.Unauthorized))
            .GetProperty("error").GetString().ShouldBe("User Not Authorized");
    }

    private async Task ResolveAsync(HttpClient user, long task, int finished, NumberState state, params long[] records)
    {
        await service.ResolveAsync(state, records);
        await Eventually.Be(async () => (await user.GetJsonAsync($"/detect/{task}/process/")).GetProperty("finished").GetInt32(), finished);
    }

    /// <summary>An open stream of events.</summary>
    private sealed class EventStream(HttpResponseMessage response, IAsyncEnumerator<SseItem<string>> items) : IDisposable
    {
        public string? ContentType => response.Content.Headers.ContentType?.MediaType;

        public static async Task<EventStream> OpenAsync(HttpClient user, long task, string? lastEventId = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"/detect/{task}/events/");
            if (lastEventId is not null)
                request.Headers.Add("Last-Event-ID", lastEventId);
            var response = await user.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            response.StatusCode.ShouldBe(HttpStatusCode.OK);
            return new EventStream(response, SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync().GetAsyncEnumerator());
        }

        /// <summary>The next event; null at the end of the stream.</summary>
        public async Task<SseItem<string>?> NextAsync() =>
            await items.MoveNextAsync().AsTask().WaitAsync(Eventually.Deadline) ? items.Current : null;

        public async Task ShouldShowAsync(string type, int finished, string states)
        {
            var item = (await NextAsync()).ShouldNotBeNull();
            item.EventType.ShouldBe(type);
            item.EventId.ShouldBe(finished.ToString());
            var data = JsonDocument.Parse(item.Data).RootElement;
            data.Names().ShouldBe(["finished", "total", "states"]);
            data.GetProperty("finished").GetInt32().ShouldBe(finished);
            data.GetProperty("states").GetRawText().ShouldBe(states);
        }

        public void Dispose() => response.Dispose();
    }
}
