using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text.Json;
using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.AudioClassifier.Infrastructure;
using EmptyNumber.AudioClassifier.Model;
using EmptyNumber.AudioClassifier.Tests.Analysis;
using EmptyNumber.Contracts;
using EmptyNumber.TestSupport;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace EmptyNumber.AudioClassifier.Tests.Service;

[Collection("classifier")]
public sealed class ServiceTests(ClassifierService service)
{
    private static readonly Signalling Unsignalled = new(null, null, null);

    [Fact]
    public async Task A_recording_is_classified_with_its_evidence()
    {
        var wav = await File.ReadAllBytesAsync(Path.Combine(Sound.Fixtures, "calls", "cm-vacant-zh.wav"));

        var verdict = (await ClassifyAsync(await service.Store.SaveAsync(wav, default))).Verdict.ShouldNotBeNull();

        verdict.State.ShouldBe(NumberState.Vacant);
        verdict.Announcement.ShouldNotBeNull().Text.ShouldContain("空号");
        verdict.Announcement.EndS.ShouldBeGreaterThan(verdict.Announcement.StartS);
        verdict.Segments.ShouldContain(segment => segment.Kind == SegmentKind.Speech);
    }

    [Fact]
    public async Task A_recording_that_is_announced_twice_is_answered_alike()
    {
        var heard = await service.Bus.ListenAsync<CallClassified>();
        var wav = await File.ReadAllBytesAsync(Path.Combine(Sound.Fixtures, "calls", "cm-vacant-zh.wav"));
        var recorded = new CallRecorded(Guid.NewGuid(), await service.Store.SaveAsync(wav, default), Unsignalled);

        await service.Bus.PublishAsync(recorded);
        await service.Bus.PublishAsync(recorded);

        await Eventually.Be(() => heard.Count(message => message.CallId == recorded.CallId), 2);
        var verdicts = heard.Where(message => message.CallId == recorded.CallId).Select(message => message.Verdict.ShouldNotBeNull()).ToList();
        verdicts.Select(verdict => (verdict.State, verdict.Confidence, verdict.Announcement)).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Silence_is_undecided()
    {
        var verdict = (await ClassifyAsync(await service.Store.SaveAsync(Sound.Wav(Sound.Silence(5)), default))).Verdict.ShouldNotBeNull();

        verdict.State.ShouldBe(NumberState.Pending);
    }

    [Fact]
    public async Task Every_recording_is_counted_by_its_verdict()
    {
        using var metrics = new MetricReader(service.Host.Services, service.Second.Services);

        await ClassifyAsync(await service.Store.SaveAsync(Sound.Wav(Sound.Silence(6)), default));
        await ClassifyAsync(await service.Store.SaveAsync("RIFF and nothing more"u8.ToArray(), default));

        metrics.All("emptynumber.verdicts", "undecided").Sum().ShouldBe(1);
        metrics.All("emptynumber.verdicts", "failed").Sum().ShouldBe(1);
        metrics.All("emptynumber.classify.duration").Count.ShouldBe(2);
    }

    [Fact]
    public async Task What_cannot_be_read_is_a_failed_call_with_the_reason()
    {
        var classified = await ClassifyAsync(await service.Store.SaveAsync("RIFF but no more"u8.ToArray(), default));

        classified.Verdict.ShouldBeNull();
        classified.Failure.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_recording_that_is_not_there_is_a_failed_call()
    {
        var classified = await ClassifyAsync(new string('0', 64));

        classified.Verdict.ShouldBeNull();
        classified.Failure!.ShouldContain("no recording");
    }

    [Fact]
    public async Task An_operator_gets_a_verdict_at_once()
    {
        var wav = await File.ReadAllBytesAsync(Path.Combine(Sound.Fixtures, "calls", "cm-off-zh.wav"));

        var response = await service.As("operator").PostAsync("/audio/classify", new ByteArrayContent(wav));

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        json.EnumerateObject().Select(property => property.Name)
            .ShouldBe(["state", "state_text", "embedded_state", "confidence", "tone", "announcement", "segments", "elapsed_ms"]);
        json.GetProperty("state").GetInt32().ShouldBe(4);
        json.GetProperty("state_text").GetString().ShouldBe("关机");
        json.GetProperty("announcement").EnumerateObject().Select(property => property.Name).ShouldBe(["id", "text", "start_s", "end_s", "score"]);
    }

    [Fact]
    public async Task Signalling_that_goes_against_the_sound_is_in_the_evidence()
    {
        var wav = await File.ReadAllBytesAsync(Path.Combine(Sound.Fixtures, "calls", "cm-off-zh.wav"));

        var verdict = (await ClassifyAsync(await service.Store.SaveAsync(wav, default), new Signalling(486, 17, false))).Verdict.ShouldNotBeNull();
        (verdict.State, verdict.SignalledState).ShouldBe((NumberState.PoweredOff, NumberState.Busy));

        var response = await service.As("operator").PostAsync("/audio/classify?sip_code=486&q850_cause=17&answered=false", new ByteArrayContent(wav));
        var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        json.GetProperty("state").GetInt32().ShouldBe(4);
        json.GetProperty("signalled_state").GetInt32().ShouldBe(5);

        foreach (var bad in new[] { "sip_code=99", "q850_cause=128", "sip_code=busy", "answered=perhaps" })
        {
            var refused = await service.As("operator").PostAsync($"/audio/classify?{bad}", new ByteArrayContent(wav));
            refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest, bad);
            (await refused.Content.ReadAsStringAsync()).ShouldStartWith("{\"code\":400,\"msg\":\"");
        }
    }

    [Fact]
    public async Task What_is_unsure_decides_where_less_confidence_is_asked_for()
    {
        var vacant = AnnouncementPack.Read(Sound.Pack).Single(entry => entry.Id == "cm-vacant-zh").Samples;
        var word = Sound.Wav(vacant[Sound.Rate..(Sound.Rate * 3 / 2)]);
        var unsure = new CallAnalyzer(leastConfidence: 0).Analyze(word, Unsignalled, AnnouncementLibrary.Build(AnnouncementPack.Read(Sound.Pack))).Confidence;
        unsure.ShouldBeInRange(0.51, Grounds.LeastConfidence - 0.01);
        await using var bold = await service.StartReplicaAsync(migrate: false, "Verdict:LeastConfidence", $"{unsure - 0.01}");

        (await VerdictAsync(service.As("operator"))).GetProperty("state").GetInt32().ShouldBe((int)NumberState.Pending);
        var verdict = await VerdictAsync(service.OperatorOf(bold));

        verdict.GetProperty("state").GetInt32().ShouldBe((int)NumberState.Vacant);
        verdict.GetProperty("confidence").GetDouble().ShouldBe(unsure);

        async Task<JsonElement> VerdictAsync(HttpClient client) =>
            JsonDocument.Parse(await (await client.PostAsync("/audio/classify", new ByteArrayContent(word))).Content.ReadAsStringAsync()).RootElement;
    }

    [Theory]
    [InlineData(0.49, false)]
    [InlineData(0.5, true)]
    [InlineData(0.99, true)]
    [InlineData(1, false)]
    [InlineData(double.NaN, false)]
    public void A_confidence_that_nothing_reaches_or_anything_does_is_no_setting(double least, bool isOne)
    {
        var options = new VerdictOptions { LeastConfidence = least };

        Validator.TryValidateObject(options, new ValidationContext(options), null, validateAllProperties: true).ShouldBe(isOne);
    }

    [Fact]
    public async Task A_body_that_is_no_recording_is_refused()
    {
        var response = await service.As("admin").PostAsync("/audio/classify", new ByteArrayContent("nonsense"u8.ToArray()));

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldStartWith("{\"code\":400,\"msg\":\"");
    }

    [Fact]
    public async Task Only_operators_may_ask()
    {
        (await service.Host.Client.PostAsync("/audio/classify", null)).StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        (await service.As("dialer").PostAsync("/audio/classify", null)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task The_library_is_filled_once_from_the_pack()
    {
        (await service.RunAsync(["migrate"])).ShouldBe(0);
        await using var scope = service.Host.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<ClassifierDb>();

        (await db.Announcements.Select(entry => entry.Id).ToListAsync()).Intersect(AnnouncementIds()).Count().ShouldBe(AnnouncementIds().Count());
        (await db.LibraryVersions.CountAsync(version => version.ChangedBy == "migrate")).ShouldBe(1);
    }

    [Fact]
    public async Task Migrations_make_the_schema_that_the_model_describes() =>
        (await Schema.DifferencesAsync<ClassifierDb>(service)).ShouldBeEmpty();

    private static IEnumerable<string> AnnouncementIds() =>
        AudioClassifier.Analysis.AnnouncementPack.Read(Sound.Pack).Select(announcement => announcement.Id);

    private async Task<CallClassified> ClassifyAsync(string recording, Signalling? signalling = null)
    {
        var heard = await service.Bus.ListenAsync<CallClassified>();
        var call = Guid.NewGuid();
        await service.Bus.PublishAsync(new CallRecorded(call, recording, signalling ?? Unsignalled));
        await Eventually.Be(() => heard.Any(message => message.CallId == call), true);
        return heard.Single(message => message.CallId == call);
    }
}
