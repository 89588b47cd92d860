using System.Net;
using System.Text.Json;
using EmptyNumber.Contracts;
using EmptyNumber.TestSupport;

namespace EmptyNumber.Detection.Tests;

[Collection("detection")]
public sealed class ResolveTests(DetectionService service)
{
    [Fact]
    public async Task A_resolved_number_shows_its_state_and_its_evidence()
    {
        var user = service.NewUser();
        var (task, ids) = await SubmitAsync(user, "13800138000", "13900139000");
        var call = new CallAttempt(
            Guid.NewGuid(), service.Clock.GetUtcNow(), "8001", new Signalling(486, 17, false), NumberState.Vacant, 0.98, Tone.Sit,
            new AnnouncementMatch("cm-vacant-zh", "您好，您拨打的号码是空号", 1.5, 4.25, 0.97), "abc", Failure: null, SignalledState: NumberState.Busy);

        await service.Bus.PublishAsync(Resolved(NumberState.Vacant, [call], ids[0]));

        await Eventually.Be(() => FinishedAsync(user, task), (1, 2));
        var records = await user.GetJsonAsync($"/phone/{task}");
        records.EnumerateArray().Select(record => record.GetProperty("state").GetInt32()).ShouldBe([2, 0]);
        var details = await user.GetJsonAsync($"/record/{ids[0]}/");
        details.GetProperty("state_text").GetString().ShouldBe("空号");
        details.GetProperty("confidence").GetDouble().ShouldBe(0.9);
        details.GetProperty("decided_at").ValueKind.ShouldBe(JsonValueKind.String);
        var attempt = details.GetProperty("attempts")[0];
        attempt.GetProperty("extension").GetString().ShouldBe("8001");
        attempt.GetProperty("sip_code").GetInt32().ShouldBe(486);
        attempt.GetProperty("signalled_state").GetInt32().ShouldBe(5);
        attempt.GetProperty("tone").GetString().ShouldBe("sit");
        attempt.GetProperty("announcement").GetProperty("text").GetString().ShouldBe("您好，您拨打的号码是空号");
        attempt.GetProperty("announcement").GetProperty("start_s").GetDouble().ShouldBe(1.5);
    }

    [Fact]
    public async Task A_record_keeps_its_first_final_state()
    {
        var user = service.NewUser();
        var (task, ids) = await SubmitAsync(user, "13800138000");
        await service.Bus.PublishAsync(Resolved(NumberState.PoweredOff, [], ids));
        await Eventually.Be(() => FinishedAsync(user, task), (1, 1));

        await service.Bus.PublishAsync(Resolved(NumberState.Vacant, [], ids));
        var (other, marker) = await SubmitAsync(user, "13900139000");
        await service.Bus.PublishAsync(Resolved(NumberState.Busy, [], marker));

        await Eventually.Be(() => FinishedAsync(user, other), (1, 1));
        (await FinishedAsync(user, task)).ShouldBe((1, 1));
        (await user.GetJsonAsync($"/phone/{task}"))[0].GetProperty("state").GetInt32().ShouldBe((int)NumberState.PoweredOff);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_record_that_ended_as_unknown_takes_a_state_that_was_learnt_later_once(bool learntOvertakes)
    {
        await using var receiver = await HookReceiver.StartAsync();
        var user = service.NewUser();
        var (task, ids) = await user.SubmitWithCallbackAsync(receiver.Url, "13800138000", "13900139000");
        await service.ResolveAsync(NumberState.Busy, ids[1]);
        if (!learntOvertakes)
        {
            await service.ResolveAsync(NumberState.Unknown, ids[0]);
            await Eventually.Be(() => receiver.Heard.Count, 1);
        }

        var decidedAt = (await user.GetJsonAsync($"/record/{ids[0]}/")).GetProperty("decided_at").ToString();
        await service.Bus.PublishAsync(Resolved(NumberState.Vacant, [], ids[0]));
        await Eventually.Be(async () => (await user.GetJsonAsync($"/phone/{task}"))[0].GetProperty("state").GetInt32(), (int)NumberState.Vacant);
        await service.ResolveAsync(NumberState.Unknown, ids[0]);
        await service.ResolveAsync(NumberState.PoweredOff, ids[0]);
        var (other, marker) = await SubmitAsync(user, "13700137000");
        await service.ResolveAsync(NumberState.Busy, marker);
        await Eventually.Be(() => FinishedAsync(user, other), (1, 1));

        (await user.GetJsonAsync($"/phone/{task}"))[0].GetProperty("state").GetInt32().ShouldBe((int)NumberState.Vacant);
        (await FinishedAsync(user, task)).ShouldBe((2, 2));
        await Eventually.Be(() => receiver.Heard.Count, 1);
        (await user.StateCountsAsync(task)).ShouldBe("""{"2":1,"5":1}""");
        if (!learntOvertakes)
        {
            (await user.GetJsonAsync($"/record/{ids[0]}/")).GetProperty("decided_at").ToString().ShouldBe(decidedAt);
            (await user.GetJsonAsync("/usage/")).GetProperty("states").ToString().ShouldBe("""{"5":2,"99":1}""");
        }
    }

    [Fact]
    public async Task Counters_only_grow_and_end_at_the_total_under_duplicated_reordered_and_correcting_messages()
    {
        var user = service.NewUser();
        var numbers = Enumerable.Range(0, 600).Select(i => $"137{i:d8}").ToArray();
        var (first, firstIds) = await SubmitAsync(user, numbers);
        var (second, secondIds) = await SubmitAsync(user, numbers);
        var random = new Random(7);
        var records = firstIds.Zip(secondIds, (a, b) => new[] { a, b }).ToArray();
        var messages = records.Chunk(7).Select(chunk => Message(NumberState.InService, chunk)).ToArray();

        // Some were unknown at first, by other messages of other sizes, which may arrive before, between or after.
        var unknown = records.Where(_ => random.Next(2) == 0).Chunk(11).Select(chunk => Message(NumberState.Unknown, chunk)).ToArray();
        NumbersResolved[] shuffled = [.. messages, .. unknown, .. messages, .. unknown, .. messages];
        random.Shuffle(shuffled);

        var seen = new List<int>();
        var publishing = Task.WhenAll(shuffled.Select(service.Bus.PublishAsync));
        await Eventually.Satisfy(
            async () =>
            {
                var (finished, total) = await FinishedAsync(user, first);
                seen.Add(finished);
                finished.ShouldBeLessThanOrEqualTo(total);
                return finished;
            },
            finished => finished == numbers.Length);
        await publishing;

        seen.ShouldBe(seen.Order());
        foreach (var task in new[] { first, second })
        {
            await Eventually.Be(() => user.StateCountsAsync(task), """{"1":600}""");
            (await FinishedAsync(user, task)).ShouldBe((600, 600));
        }

        NumbersResolved Message(NumberState state, long[][] records) => new([.. records.Select(ids => Number(state, [], ids))]);
    }

    [Fact]
    public async Task A_deleted_task_is_gone_and_its_numbers_are_called_off()
    {
        var called = await service.Bus.ListenAsync<TaskDeleted>();
        var user = service.NewUser();
        var (task, ids) = await SubmitAsync(user, "13800138000");
        var (kept, keptIds) = await SubmitAsync(user, "13800138000");

        (await (await user.DeleteAsync($"/phone/{task}/")).Content.ReadAsStringAsync()).ShouldBe("""{"status":"ok"}""");

        (await user.DeleteAsync($"/phone/{task}/")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await user.GetJsonAsync($"/detect/{task}/process/", HttpStatusCode.NotFound);
        await user.GetJsonAsync($"/phone/{task}", HttpStatusCode.NotFound);
        await Eventually.Be(() => called.Any(message => message.TaskId == task), true);
        called.ShouldNotContain(message => message.TaskId == kept);

        await service.Bus.PublishAsync(Resolved(NumberState.InService, [], [.. ids, .. keptIds]));
        await Eventually.Be(() => FinishedAsync(user, kept), (1, 1));
    }

    private static async Task<(long Task, long[] Ids)> SubmitAsync(HttpClient user, params string[] numbers)
    {
        var task = await user.SubmitAsync(numbers);
        var records = await user.GetJsonAsync($"/phone/{task}");
        return (task, [.. records.EnumerateArray().Select(record => record.GetProperty("id").GetInt64())]);
    }

    private static async Task<(int Finished, int Total)> FinishedAsync(HttpClient user, long task)
    {
        var json = await user.GetJsonAsync($"/detect/{task}/process/");
        return (json.GetProperty("finished").GetInt32(), json.GetProperty("total").GetInt32());
    }

    private NumbersResolved Resolved(NumberState state, CallAttempt[] calls, params long[] ids) => new([Number(state, calls, ids)]);

    private ResolvedNumber Number(NumberState state, CallAttempt[] calls, params long[] ids) =>
        new("13800138000", ids, state, EmbeddedState: null, Confidence: 0.9, Reason: null, service.Clock.GetUtcNow(), calls, TraceParent: null);
}
