using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.AudioClassifier.Grouping;
using EmptyNumber.AudioClassifier.Infrastructure;
using EmptyNumber.AudioClassifier.Tests.Analysis;
using EmptyNumber.Contracts;
using EmptyNumber.TestSupport;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EmptyNumber.AudioClassifier.Tests.Service;

[Collection("classifier")]
public sealed class UnknownTests(ClassifierService service) : IAsyncLifetime
{
    private readonly HttpClient _operator = service.As("operator");
    private ConcurrentQueue<CallClassified> _heard = [];

    public async Task InitializeAsync()
    {
        _heard = await service.Bus.ListenAsync<CallClassified>();
        await EmptyAsync();
    }

    public Task DisposeAsync() => EmptyAsync();

    [Fact]
    public async Task What_nothing_matches_is_grouped_by_what_it_says_the_largest_group_first()
    {
        var (often, once) = (Sound.Speech(21), Sound.Speech(22));
        await RecordAsync(once);
        var calls = new List<Guid>();
        for (var i = 0; i < 4; i++)
            calls.Add(await RecordAsync(AsACall(often, i)));

        var groups = await GroupsAsync(counts => counts.SequenceEqual([4, 1]));
        groups[0].GetProperty("examples").EnumerateArray().Select(example => example.GetProperty("call_id").GetGuid()).ShouldBe(calls, ignoreOrder: true);
        foreach (var audio in groups[0].GetProperty("examples").EnumerateArray().Append(groups[0]).Select(item => item.GetProperty("audio").GetString()))
            WavReader.Read(await _operator.GetByteArrayAsync(audio)).Seconds.ShouldBeGreaterThan(1);
        (await JsonAsync(await _operator.GetAsync("/audio/unknown/?limit=1&offset=1"))).GetProperty("groups")[0].GetProperty("id").GetInt64().ShouldBe(Id(groups[1]));
        (await JsonAsync(await _operator.GetAsync("/audio/unknown?least=2"))).GetProperty("count").GetInt32().ShouldBe(1);
        (await JsonAsync(await _operator.GetAsync($"/audio/unknown/{Id(groups[0])}/recordings?offset=1"))).GetArrayLength().ShouldBe(3);
        foreach (var bad in new[] { "?limit=0", "?limit=1001", "?offset=-1" })
            (await _operator.GetAsync($"/audio/unknown/{bad}")).StatusCode.ShouldBe(HttpStatusCode.BadRequest, bad);
        foreach (var nowhere in new[] { "0/audio", $"0/recordings/{calls[0]}", $"{Id(groups[1])}/recordings/{calls[0]}" })
            (await _operator.GetAsync($"/audio/unknown/{nowhere}")).StatusCode.ShouldBe(HttpStatusCode.NotFound, nowhere);
    }

    [Fact]
    public async Task A_verdict_does_not_wait_for_its_group_and_repeats_are_one_recording()
    {
        var call = new CallRecorded(Guid.NewGuid(), await StoreAsync(Sound.Speech(23)), Sound.Unsignalled);
        for (var i = 0; i < 3; i++)
            await service.Bus.PublishAsync(call);

        await Eventually.Be(() => _heard.Count(classified => classified.CallId == call.CallId && classified.Verdict!.State == NumberState.Pending), 3);
        await GroupsAsync(counts => counts.SequenceEqual([1]));
    }

    [Fact]
    public async Task Two_replicas_that_hear_the_same_at_once_make_one_group()
    {
        var speech = Sound.Speech(24);
        await Task.WhenAll(Enumerable.Range(0, 12).Select(i => RecordAsync(AsACall(speech, i))));

        await GroupsAsync(counts => counts.SequenceEqual([12]));
    }

    [Fact]
    public async Task A_whole_recording_brings_its_parts_together()
    {
        var speech = Sound.Join(Sound.Speech(25), Sound.Speech(26));
        var half = speech.Length / 2;
        await RecordAsync(speech[..half]);
        await RecordAsync(speech[half..]);
        await GroupsAsync(counts => counts.SequenceEqual([1, 1]));

        await RecordAsync(AsACall(speech, 1));
        await RecordAsync(AsACall(speech, 2));
        await GroupsAsync(counts => counts.SequenceEqual([4]));
    }

    [Fact]
    public async Task A_label_makes_an_announcement_and_classifies_the_calls_again()
    {
        var speech = Sound.Speech(27);
        var calls = new List<Guid>();
        for (var i = 0; i < 3; i++)
            calls.Add(await RecordAsync(AsACall(speech, i)));
        var other = await RecordAsync(Sound.Speech(28));
        var group = (await GroupsAsync(counts => counts.SequenceEqual([3, 1])))[0];

        var response = await LabelAsync(Id(group), new { state = 3, text = "您拨打的用户已停机", carrier = "中国联通" });

        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        var labelled = await JsonAsync(response);
        labelled.GetProperty("settling").GetInt32().ShouldBe(3);
        var announcement = labelled.GetProperty("announcement");
        (announcement.GetProperty("state").GetInt32(), announcement.GetProperty("text").GetString(), announcement.GetProperty("carrier").GetString())
            .ShouldBe((3, "您拨打的用户已停机", "中国联通"));
        await Eventually.Be(() => calls.Count(call => Settled(call) is { State: NumberState.Suspended } verdict && verdict.Announcement!.Id == announcement.Id()), 3);
        _heard.Count(classified => classified.CallId == other).ShouldBe(1);
        await GroupsAsync(counts => counts.SequenceEqual([1]));
        (await LabelAsync(Id(group), new { state = 3, text = "停机" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        // It is known from when the service has read its library again, which it does once a second.
        var seed = 9;
        await Eventually.Be(
            async () =>
            {
                var next = await RecordAsync(AsACall(speech, seed++));
                return (await Eventually.Satisfy(() => Task.FromResult(_heard.FirstOrDefault(call => call.CallId == next)), call => call is not null))!.Verdict?.State;
            },
            NumberState.Suspended);
        await RemoveAsync(announcement);
    }

    [Fact]
    public async Task A_label_that_cannot_be_is_refused_and_changes_nothing()
    {
        await RecordAsync(Sound.Speech(29));
        var group = Id((await GroupsAsync(counts => counts.SequenceEqual([1])))[0]);

        foreach (var body in new object[] { new { text = "停机" }, new { state = 99, text = "停机" }, new { state = 3 }, new[] { 3 } })
            (await LabelAsync(group, body)).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await _operator.PostAsync($"/audio/unknown/{group}/label", new StringContent("{\"state\":", Encoding.UTF8, "application/json"))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await _operator.PostAsync($"/audio/unknown/{group}/label", new StringContent("state=3"))).StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
        (await LabelAsync(0, new { state = 3, text = "停机" })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await service.As("dialer").GetAsync("/audio/unknown/")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await service.Host.Client.GetAsync("/audio/unknown/")).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        await GroupsAsync(counts => counts.SequenceEqual([1]));
    }

    [Fact]
    public async Task What_is_enrolled_settles_what_was_grouped_and_what_was_too_short_for_a_group()
    {
        var speech = Sound.Speech(31);
        var calls = new List<Guid>();
        for (var i = 0; i < 3; i++)
            calls.Add(await RecordAsync(AsACall(speech, i)));
        await GroupsAsync(counts => counts.SequenceEqual([3]));
        calls.Add(await RecordAsync(Sound.AtSnr(Sound.Join(Sound.Silence(1), speech[^11_200..]), 20, 1)));
        await Eventually.Be(() => _heard.Count(classified => classified.CallId == calls[^1]), 1);

        var added = await EnrolledAsync(speech, NumberState.IncomingBarred);

        await Eventually.Be(() => calls.Count(call => Settled(call)?.State == NumberState.IncomingBarred), calls.Count);
        await GroupsAsync(counts => counts.Count == 0);
        await RemoveAsync(added);
    }

    [Fact]
    public async Task What_was_enrolled_meanwhile_is_settled_instead_of_grouped()
    {
        var speech = Sound.Speech(30);
        var added = await EnrolledAsync(speech, NumberState.Vacant);
        var call = Guid.NewGuid();
        await Eventually.Be(() => service.Second.Services.GetRequiredService<Library>().Current.Version >= added.GetProperty("version").GetInt64(), true);
        await Eventually.Be(() => service.Host.Services.GetRequiredService<Library>().Current.Version >= added.GetProperty("version").GetInt64(), true);

        // As a replica leaves it that did not know the announcement yet.
        await using (var scope = service.Host.Services.CreateAsyncScope())
            await scope.ServiceProvider.GetRequiredService<UnknownIntake>().NoteAsync(new CallRecorded(call, await StoreAsync(speech), Sound.Unsignalled), default);

        await Eventually.Be(() => Settled(call)?.State, NumberState.Vacant);
        await GroupsAsync(counts => counts.Count == 0);
        await RemoveAsync(added);
    }

    [Fact]
    public async Task A_group_that_has_lost_what_stood_for_it_is_dissolved_and_its_calls_grouped_anew()
    {
        var (opening, ending) = (Sound.Speech(33), Sound.Speech(34));
        var whole = await RecordAsync(Sound.Join(opening, ending));
        await GroupsAsync(counts => counts.SequenceEqual([1]));
        var part = await RecordAsync(AsACall(ending, 1));
        var before = (await GroupsAsync(counts => counts.SequenceEqual([2])))[0];

        var added = await EnrolledAsync(opening, NumberState.Vacant);

        await Eventually.Be(() => Settled(whole)?.State, NumberState.Vacant);
        var after = (await GroupsAsync(counts => counts.SequenceEqual([1])))[0];
        Id(after).ShouldNotBe(Id(before));
        var labelled = await JsonAsync(await LabelAsync(Id(after), new { state = 3, text = "停机" }));
        await Eventually.Be(() => Settled(part)?.State, NumberState.Suspended);
        await RemoveAsync(added, labelled.GetProperty("announcement"));
    }

    [Fact]
    public async Task A_group_whose_exemplar_was_forgotten_is_heard_again_all_the_same()
    {
        var speech = Sound.Speech(35);
        var first = await RecordAsync(speech);
        await GroupsAsync(counts => counts.SequenceEqual([1]));
        var second = await RecordAsync(AsACall(speech, 1));
        await GroupsAsync(counts => counts.SequenceEqual([2]));
        await ExecuteAsync($"delete from unknown_recordings where call_id = {first}");
        await ExecuteAsync($"update unknown_groups set recordings = 1");

        var added = await EnrolledAsync(speech, NumberState.Vacant);

        await Eventually.Be(() => Settled(second)?.State, NumberState.Vacant);
        await GroupsAsync(counts => counts.Count == 0);
        await RemoveAsync(added);
    }

    [Fact]
    public async Task A_recording_that_cannot_be_read_any_more_leaves_its_group()
    {
        var (speech, stored) = (Sound.Speech(36), await StoreAsync(Sound.Speech(36)));
        await service.Bus.PublishAsync(new CallRecorded(Guid.NewGuid(), stored, Sound.Unsignalled));
        await GroupsAsync(counts => counts.SequenceEqual([1]));
        await RecordAsync(AsACall(speech, 1));
        await GroupsAsync(counts => counts.SequenceEqual([2]));

        service.Spoil(stored);
        var added = await EnrolledAsync(Sound.Speech(37), NumberState.Vacant); // everything is heard again

        await GroupsAsync(counts => counts.SequenceEqual([1]));
        await RemoveAsync(added);
    }

    [Fact]
    public async Task A_recording_that_cannot_be_read_any_more_is_settled_by_its_group_and_does_not_keep_others_waiting()
    {
        var speech = Sound.Speech(38);
        var calls = Enumerable.Range(0, 3).Select(_ => Guid.NewGuid()).ToArray();
        var stored = await Task.WhenAll(calls.Select((_, i) => StoreAsync(AsACall(speech, i))));
        foreach (var (call, recording) in calls.Zip(stored))
            await service.Bus.PublishAsync(new CallRecorded(call, recording, Sound.Unsignalled));
        var group = (await GroupsAsync(counts => counts.SequenceEqual([3])))[0];

        service.Spoil(stored[0]);
        var labelled = await JsonAsync(await LabelAsync(Id(group), new { state = 3, text = "停机" }));

        await Eventually.Be(() => calls.Count(call => Settled(call)?.State == NumberState.Suspended), calls.Length);
        await RemoveAsync(labelled.GetProperty("announcement"));
    }

    [Fact]
    public async Task Recordings_whose_label_is_deleted_before_they_are_settled_are_as_unknown_as_before()
    {
        var speech = Sound.Speech(39);
        await RecordAsync(speech);
        await RecordAsync(AsACall(speech, 1));
        var before = (await GroupsAsync(counts => counts.SequenceEqual([2])))[0];

        await ExecuteAsync($"with gone as (delete from unknown_exemplars) update unknown_groups set announcement_id = 'deleted', library_version = 0");

        Id(await Eventually.Satisfy(
            async () => (await JsonAsync(await _operator.GetAsync("/audio/unknown/"))).GetProperty("groups").EnumerateArray().FirstOrDefault(),
            group => group.ValueKind != JsonValueKind.Undefined && group.GetProperty("recordings").GetInt32() == 2)).ShouldNotBe(Id(before));
    }

    [Fact]
    public async Task A_change_of_the_library_waits_for_who_sorts_with_the_library_before_it_and_a_label_that_contradicts_it_is_refused()
    {
        var speech = Sound.Speech(40);
        await RecordAsync(AsACall(speech, 1));
        var group = Id((await GroupsAsync(counts => counts.SequenceEqual([1])))[0]);
        await using var scope = service.Host.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ClassifierDb>();
        await using var sorting = await db.Database.BeginTransactionAsync();
        await GroupStore.LockAsync(db, default);

        var enrolment = EnrolledAsync(speech, NumberState.Vacant);
        await Eventually.Be(WaitingAsync, 1);
        var label = LabelAsync(group, new { state = 3, text = "停机" });
        await Eventually.Be(WaitingAsync, 2);
        await sorting.RollbackAsync();

        var (added, refusal) = (await enrolment, await label);
        refusal.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await JsonAsync(refusal)).GetProperty("data").GetProperty("announcement").GetString().ShouldBe(added.Id());
        await RemoveAsync(added);

        async Task<int> WaitingAsync() => (await db.Database.SqlQuery<int>(
            $"""
            select count(*)::integer as "Value" from pg_locks l join pg_database d on d.oid = l.database
            where locktype = 'advisory' and not granted and datname = current_database()
            """).ToListAsync())[0];
    }

    private static float[] AsACall(float[] speech, int i) => Sound.AtSnr(Sound.Join(Sound.Ringback(1, 2), speech, Sound.Silence(0.3 * i)), 25, i);

    private Verdict? Settled(Guid call) => _heard.LastOrDefault(classified => classified.CallId == call)?.Verdict;

    private Task<string> StoreAsync(float[] call) => service.Store.SaveAsync(Sound.Wav(call), default);

    private async Task<Guid> RecordAsync(float[] sound)
    {
        var call = Guid.NewGuid();
        await service.Bus.PublishAsync(new CallRecorded(call, await StoreAsync(sound), Sound.Unsignalled));
        return call;
    }

    /// <summary>The groups, once their sizes are as expected and no recording waits for its place.</summary>
    private Task<List<JsonElement>> GroupsAsync(Func<List<int>, bool> expected) => Eventually.Satisfy(
        async () => (await JsonAsync(await _operator.GetAsync("/audio/unknown/"))).GetProperty("groups").EnumerateArray().ToList(),
        groups => expected([.. groups.Select(group => group.GetProperty("recordings").GetInt32())]));

    private Task<HttpResponseMessage> LabelAsync(long group, object body) => _operator.PostAsJsonAsync($"/audio/unknown/{group}/label", body);

    private async Task<JsonElement> EnrolledAsync(float[] speech, NumberState state)
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(Sound.Wav(speech)), "audio", "a.wav" },
            { new StringContent($"{state:d}"), "state" },
            { new StringContent(state.Text()), "text" },
        };
        using var response = await _operator.PostAsync("/audio/announcements/", form);
        response.StatusCode.ShouldBe(HttpStatusCode.Created, await response.Content.ReadAsStringAsync());
        return await JsonAsync(response);
    }

    private async Task RemoveAsync(params JsonElement[] announcements)
    {
        foreach (var announcement in announcements)
            (await _operator.DeleteAsync($"/audio/announcements/{announcement.Id()}/")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private Task EmptyAsync() => ExecuteAsync($"truncate unknown_recordings, unknown_groups, unknown_exemplars");

    private async Task ExecuteAsync(FormattableString sql)
    {
        await using var scope = service.Host.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<ClassifierDb>().Database.ExecuteSqlAsync(sql);
    }

    private static long Id(JsonElement group) => group.GetProperty("id").GetInt64();

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response) => await response.Content.ReadFromJsonAsync<JsonElement>();
}
