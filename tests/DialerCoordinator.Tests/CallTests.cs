using EmptyNumber.Contracts;
using EmptyNumber.DialerCoordinator.Model;
using EmptyNumber.TestSupport;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.DialerCoordinator.Tests;

[Collection("coordinator")]
public sealed class CallTests(CoordinatorServers servers)
{
    private const string Number = "13800138000";

    [Fact]
    public async Task A_number_goes_from_the_queue_to_its_final_state()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var recorded = await service.Bus.ListenAsync<CallRecorded>();
        var resolved = await service.Bus.ListenAsync<NumbersResolved>();
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        var records = await service.QueueAsync(1, Number);

        (await dialer.DialPlanAsync()).ShouldBe([("8001", Number)]);
        await dialer.StatusAsync("call", "8001", Number);
        await dialer.StatusAsync("during", "8001", Number);
        (await dialer.DialPlanAsync()).ShouldBeEmpty();
        await dialer.UploadAsync("8001", Number);
        await dialer.StatusAsync("idle", "8001");

        await Eventually.Be(() => recorded.Count, 1);
        var call = recorded.Single();
        call.Signalling.SipCode.ShouldBe(200);
        var vacant = Verdicts.Of(call.CallId, NumberState.Vacant);
        await service.Bus.PublishAsync(vacant with { Verdict = vacant.Verdict! with { SignalledState = NumberState.InService } });
        await Eventually.Be(() => resolved.Count, 1);
        var number = resolved.Single().Numbers.ShouldHaveSingleItem();
        number.Number.ShouldBe(Number);
        number.RecordIds.ShouldBe(records);
        number.State.ShouldBe(NumberState.Vacant);
        var attempt = number.Attempts.ShouldHaveSingleItem();
        (attempt.Extension, attempt.State, attempt.SignalledState).ShouldBe(("8001", NumberState.Vacant, NumberState.InService));
        (await dialer.DialPlanAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_lost_answer_loses_nothing()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(2);
        await service.QueueAsync(1, "13800138001", "13800138002", "13800138003");

        var plan = await dialer.DialPlanAsync();
        plan.Length.ShouldBe(2);
        (await dialer.DialPlanAsync()).ShouldBe(plan, ignoreOrder: true);
        await dialer.StatusAsync("call", plan[0].Extension, plan[0].Number);
        (await dialer.DialPlanAsync()).ShouldBe([plan[1]]);
    }

    [Fact]
    public async Task Polling_at_once_gives_an_extension_one_number()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 5);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(5);
        await service.QueueAsync(1, [.. Enumerable.Range(0, 50).Select(i => $"138001380{i:d2}")]);

        var plans = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => dialer.DialPlanAsync()));

        var assigned = plans.SelectMany(plan => plan).Distinct().ToArray();
        assigned.Select(plan => plan.Extension).Order().ShouldBe(["8001", "8002", "8003", "8004", "8005"]);
        assigned.Select(plan => plan.Number).ShouldBeUnique();
    }

    [Fact]
    public async Task Clients_share_the_queue_and_no_number_is_given_twice()
    {
        await using var service = await CoordinatorService.StartAsync(servers, extensions: 40);
        var dialers = Enumerable.Range(0, 8).Select(_ => service.NewDialer()).ToArray();
        await Task.WhenAll(dialers.Select(dialer => dialer.JoinAsync(5)));
        await service.QueueAsync(1, [.. Enumerable.Range(0, 40).Select(i => $"138001380{i:d2}")]);

        var plans = await Task.WhenAll(dialers.Select(dialer => dialer.DialPlanAsync()));

        plans.SelectMany(plan => plan).Select(plan => plan.Number).Distinct().Count().ShouldBe(plans.Sum(plan => plan.Length));
        var rest = await Task.WhenAll(dialers.Select(dialer => dialer.DialPlanAsync()));
        rest.SelectMany(plan => plan).Select(plan => plan.Number).Distinct().Count().ShouldBe(40);
    }

    [Fact]
    public async Task The_same_upload_ten_times_at_once_is_one_call()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var recorded = await service.Bus.ListenAsync<CallRecorded>();
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, Number);
        await dialer.DialPlanAsync();

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => dialer.UploadAsync("8001", Number)));

        await Eventually.Be(() => recorded.Count, 1);
        (await service.QueryAsync(db => db.Calls.CountAsync())).ShouldBe(1);
        await Eventually.Be(() => service.QueryAsync(db => db.Outbox.CountAsync()), 0);
        recorded.Count.ShouldBe(1);
        await service.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task What_is_no_recording_is_refused_and_the_call_has_failed()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, Number);
        await dialer.DialPlanAsync();

        await dialer.UploadAsync("8001", Number, "this is no WAV"u8.ToArray(), expected: 400);

        var call = await service.QueryAsync(db => db.Calls.SingleAsync());
        call.Outcome.ShouldBe(CallOutcome.Failed);
        call.Failure.ShouldNotBeNullOrEmpty();
        (await service.QueryAsync(db => db.DialJobs.SingleAsync())).State.ShouldBe(DialJobState.Deferred);
    }

    [Fact]
    public async Task A_recording_beyond_the_limit_is_refused_and_the_call_has_failed_until_it_comes()
    {
        await using var service = await CoordinatorService.StartAsync(servers, replicas: 1);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, Number);
        await dialer.DialPlanAsync();

        await dialer.UploadAsync("8001", Number, new byte[WavHeader.MaxBytes + 1], expected: 413);
        (await service.QueryAsync(db => db.Calls.AsNoTracking().SingleAsync())).Outcome.ShouldBe(CallOutcome.Failed);

        await dialer.UploadAsync("8001", Number);
        (await service.QueryAsync(db => db.Calls.AsNoTracking().SingleAsync())).RecordingId.ShouldNotBeNull();
    }

    [Fact]
    public async Task A_raw_body_with_query_parameters_is_an_upload_as_well()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var recorded = await service.Bus.ListenAsync<CallRecorded>();
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, Number);
        await dialer.DialPlanAsync();

        await dialer.SendAsync(
            "POST", $"/dial_wav/{dialer.Id}?extensionNum=8001&phone={Number}&sip_code=486&q850_cause=17&answered=false",
            body: new ByteArrayContent(DialerClient.Wav("raw")));

        await Eventually.Be(() => recorded.Count, 1);
        recorded.Single().Signalling.ShouldBe(new Signalling(486, 17, false));
    }

    [Theory]
    [InlineData("")]
    [InlineData("?extensionNum=8001")]
    [InlineData("?extensionNum=8001&phone=12")]
    [InlineData("?extensionNum=8001&phone=13800138000&sip_code=99")]
    [InlineData("?extensionNum=8001&phone=13800138000&q850_cause=x")]
    [InlineData("?extensionNum=8001&phone=13800138000&answered=maybe")]
    public async Task An_upload_with_bad_fields_is_refused(string query)
    {
        await using var service = await CoordinatorService.StartAsync(servers, replicas: 1);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);

        await dialer.SendAsync("POST", $"/dial_wav/{dialer.Id}{query}", expected: 400, new ByteArrayContent(DialerClient.Wav("raw")));
    }

    [Fact]
    public async Task An_upload_of_a_call_that_nobody_gave_is_a_conflict()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);

        await dialer.UploadAsync("8001", Number, expected: 409);
        await dialer.UploadAsync("8002", Number, expected: 409);
        await dialer.LeaveAsync();
        await dialer.UploadAsync("8001", Number, expected: 404);
    }

    [Fact]
    public async Task What_belongs_to_no_call_is_not_stored()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);

        await dialer.UploadAsync("8001", Number, DialerClient.Wav("of a call that nobody gave"), expected: 409);
        await service.NewDialer().SendAsync(
            "POST", $"/dial_wav/nobody?extensionNum=8001&phone={Number}", expected: 404, new ByteArrayContent(DialerClient.Wav("of nobody")));

        Directory.GetFiles(service.Recordings, "*.wav", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task Uploads_that_a_replica_has_no_memory_for_wait_until_others_are_stored()
    {
        var store = new ShutStore();
        await using var service = await CoordinatorService.StartAsync(
            servers, extensions: 8, replicas: 1, services: store.Replace, settings: ("Fleet:UploadsInMemory", "2"));
        var dialer = service.NewDialer();
        await dialer.JoinAsync(8);
        await service.QueueAsync(1, [.. Enumerable.Range(0, 8).Select(i => $"1380013800{i}")]);
        var plan = await dialer.DialPlanAsync();
        using var metrics = new MetricReader(service.Replicas[0].Services);

        var uploads = Task.WhenAll(plan.Select(item => dialer.UploadAsync(item.Extension, item.Number, DialerClient.Wav(item.Number, samples: 500_000))));
        await Eventually.Be(() => store.Most, 2);
        await Eventually.Be(() => metrics.Now("emptynumber.uploads.waiting"), 6);
        store.Open();
        await uploads;

        store.Most.ShouldBe(2);
        metrics.Now("emptynumber.uploads.waiting").ShouldBe(0);
        (await service.QueryAsync(db => db.Calls.Select(call => call.RecordingId).Distinct().CountAsync())).ShouldBe(8);
        await service.ShouldBeSoundAsync();
    }

    [Fact]
    public async Task Status_reports_are_checked()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);

        await dialer.StatusAsync("asleep", "8001", expected: 400);
        await dialer.StatusAsync("call", "8001", "12", expected: 400);
        await dialer.StatusAsync("idle", "", expected: 400);
        await dialer.StatusAsync("idle", "8003", expected: 409);
        await dialer.StatusAsync("call", "8001", Number);
        await dialer.StatusAsync("idle", "8001");
        await dialer.StatusAsync("idle", "8001");
    }

    [Fact]
    public async Task A_late_idle_of_the_last_call_does_not_end_the_next_one()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, "13800138001", "13800138002");
        var first = (await dialer.DialPlanAsync()).Single();
        await dialer.StatusAsync("call", "8001", first.Number);
        await dialer.UploadAsync("8001", first.Number);
        await dialer.StatusAsync("idle", "8001", first.Number);
        var second = (await dialer.DialPlanAsync()).Single();
        await dialer.StatusAsync("call", "8001", second.Number);

        await dialer.StatusAsync("idle", "8001", first.Number);

        (await dialer.DialPlanAsync()).ShouldBeEmpty();
        service.Clock.Advance(TimeSpan.FromSeconds(30));
        await dialer.UploadAsync("8001", second.Number);
        (await service.QueryAsync(db => db.Calls.CountAsync(call => call.Failure != null))).ShouldBe(0);
    }

    [Fact]
    public async Task A_late_during_of_a_finished_call_does_not_keep_the_extension_busy()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        await service.QueueAsync(1, "13800138001", "13800138002");
        var first = (await dialer.DialPlanAsync()).Single();
        await dialer.StatusAsync("call", "8001", first.Number);
        await dialer.UploadAsync("8001", first.Number);
        await dialer.StatusAsync("idle", "8001", first.Number);

        await dialer.StatusAsync("during", "8001", first.Number);

        (await dialer.DialPlanAsync()).Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task A_body_that_is_not_the_form_it_claims_to_be_is_refused(string contentType)
    {
        await using var service = await CoordinatorService.StartAsync(servers, replicas: 1);
        var dialer = service.NewDialer();
        await dialer.JoinAsync(1);
        var body = new ByteArrayContent(DialerClient.Wav("x"));
        body.Headers.TryAddWithoutValidation("Content-Type", contentType);

        await dialer.SendAsync("POST", $"/dial_wav/{dialer.Id}", expected: 400, body);
        await dialer.SendAsync("POST", $"/dial_wav/{dialer.Id}?extensionNum=%00&phone={Number}", expected: 400, new ByteArrayContent(DialerClient.Wav("x")));
    }

    [Fact]
    public async Task An_unregistered_extension_gets_no_numbers_and_gives_back_what_it_has_not_begun()
    {
        await using var service = await CoordinatorService.StartAsync(servers);
        var (first, second) = (service.NewDialer(), service.NewDialer());
        await first.JoinAsync(1);
        await second.JoinAsync(1);
        await service.QueueAsync(1, Number);
        (await first.DialPlanAsync()).Length.ShouldBe(1);

        await first.StatusAsync("unregistered", "8001");

        (await first.DialPlanAsync()).ShouldBeEmpty();
        await service.WatchUntilAsync(async () => (await second.DialPlanAsync()) is [("8002", Number)], () => "not assigned");
        await first.StatusAsync("idle", "8001");
    }
}

internal static class Verdicts
{
    public static CallClassified Of(Guid call, NumberState state, bool callerSide = false) => new(
        call, new Verdict(state, null, 0.9, callerSide, null, new AnnouncementMatch("a", "您好", 0, 2, 0.9), []), Failure: null);
}
