using EmptyNumber.Contracts;
using EmptyNumber.Dialer.Tests.Support;
using EmptyNumber.TestSupport;
using Microsoft.AspNetCore.Http;

namespace EmptyNumber.Dialer.Tests;

public sealed class DialerTests
{
    [Fact]
    public async Task Every_number_is_called_once_and_uploaded_before_its_extension_is_idle_again()
    {
        await using var coordinator = await FakeCoordinator.StartAsync();
        var numbers = Numbers(200);
        coordinator.Enqueue(numbers);
        await using var dialer = await RunningDialer.StartAsync(coordinator);

        await Eventually.Be(() => coordinator.Count("idle"), 20 + 200);

        coordinator.Uploads.Select(upload => upload.Number).Order().ShouldBe(numbers.Order());
        coordinator.Requeued.ShouldBeEmpty();
        foreach (var call in coordinator.Deeds.Where(deed => deed.Number.Length == PhoneNumber.Length).GroupBy(deed => deed.Number))
        {
            call.Select(deed => deed.Extension).Distinct().Count().ShouldBe(1);
            var answered = coordinator.Uploads.Single(upload => upload.Number == call.Key).Fields.GetValueOrDefault("sip_code") == "200";
            string.Join(" ", call.Select(deed => deed.What)).ShouldBeOneOf(
                ["call upload idle", .. answered ? ["call during upload idle"] : Array.Empty<string>()]);
        }
    }

    [Fact]
    public async Task An_upload_carries_a_readable_recording_and_what_was_signalled()
    {
        await using var coordinator = await FakeCoordinator.StartAsync();
        coordinator.Enqueue(Numbers(100));
        await using var dialer = await RunningDialer.StartAsync(coordinator, null, ("Dialer:Seed", "7"));

        await Eventually.Be(() => coordinator.Uploads.Count, 100);

        foreach (var upload in coordinator.Uploads)
        {
            WavHeader.TryRead(upload.Wav, out var header, out var error).ShouldBeTrue(error);
            header.Duration.TotalSeconds.ShouldBeInRange(5, 20);
        }

        coordinator.Uploads.Single(upload => upload.Number.EndsWith("56")).Fields["sip_code"].ShouldBeOneOf("180", "200");
        coordinator.Uploads.ShouldContain(upload => upload.Fields.ContainsKey("q850_cause"));
        coordinator.Uploads.ShouldContain(upload => upload.Fields.GetValueOrDefault("answered") == "true");
        coordinator.Uploads.ShouldContain(upload => upload.Fields.GetValueOrDefault("answered") == "false");
        coordinator.Uploads.ShouldContain(upload => !upload.Fields.ContainsKey("sip_code"));
    }

    [Fact]
    public async Task It_notifies_with_its_name_and_token_and_reports_each_extension_idle_before_it_asks_for_numbers()
    {
        await using var coordinator = await FakeCoordinator.StartAsync(5);
        var tokens = new List<string>();
        coordinator.Intercept = (context, next) =>
        {
            lock (tokens)
                tokens.Add(context.Request.Headers.Authorization.ToString());
            return next(context);
        };
        await using var dialer = await RunningDialer.StartAsync(
            coordinator, null, ("Dialer:Lines", "5"), ("Dialer:Name", "机房 1"), ("Dialer:Token", "abc123"));

        await Eventually.Be(() => coordinator.Count("idle"), 5);
        await Eventually.Async(() => Task.FromResult(coordinator.Count("dialplan") > 0), () => Seen(coordinator));

        coordinator.Deeds.First().ShouldSatisfyAllConditions(
            first => first.What.ShouldBe("notify"),
            first => first.Number.ShouldBe("机房 1"));
        coordinator.Deeds.Where(deed => deed.What == "idle").Select(deed => deed.Extension).Order()
            .ShouldBe(["1000", "1001", "1002", "1003", "1004"]);
        lock (tokens)
            tokens.ShouldAllBe(token => token == "Token abc123");
    }

    [Fact]
    public async Task It_beats_every_5_seconds_also_while_all_its_uploads_hang()
    {
        var time = new FakeTimeProvider();
        var start = time.GetUtcNow();
        await using var coordinator = await FakeCoordinator.StartAsync(3);
        var hang = new TaskCompletionSource();
        var beats = new List<double>();
        coordinator.Intercept = async (context, next) =>
        {
            if (FakeCoordinator.Operation(context) == "dial_wav")
                await hang.Task;
            if (FakeCoordinator.Operation(context) == "heartbeat")
            {
                lock (beats)
                    beats.Add((time.GetUtcNow() - start).TotalSeconds);
            }

            await next(context);
        };
        coordinator.Enqueue(Numbers(3));
        await using var dialer = await RunningDialer.StartAsync(coordinator, time, ("Dialer:Lines", "3"));
        await Eventually.Be(() => coordinator.Count("idle"), 3);

        for (var second = 1; second <= 20; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Eventually.Be(() => coordinator.Count("heartbeat"), second / 5);
        }

        coordinator.Count("call").ShouldBe(3);
        coordinator.Uploads.ShouldBeEmpty();
        beats.ShouldBe([5, 10, 15, 20]);
        hang.SetResult();
    }

    [Theory]
    [InlineData("dialplan")]
    [InlineData("status")]
    [InlineData("dial_wav")]
    [InlineData("accounts")]
    public async Task A_lost_client_notifies_again_and_every_number_is_still_called(string learnsFrom)
    {
        await using var coordinator = await FakeCoordinator.StartAsync();
        var requests = 0;
        coordinator.Intercept = (context, next) =>
        {
            if (FakeCoordinator.Operation(context) == learnsFrom && Interlocked.Increment(ref requests) == (learnsFrom == "accounts" ? 1 : 3))
                coordinator.ForgetClients();
            return next(context);
        };
        var numbers = Numbers(60);
        coordinator.Enqueue(numbers);
        await using var dialer = await RunningDialer.StartAsync(coordinator);

        await Eventually.Be(() => coordinator.Uploads.Select(upload => upload.Number).Distinct().Count(), 60);

        coordinator.Count("notify").ShouldBe(2);
        coordinator.Uploads.Select(upload => upload.Number).Order().ShouldBe(numbers.Order());
    }

    [Fact]
    public async Task A_heartbeat_that_is_refused_makes_a_new_client()
    {
        var time = new FakeTimeProvider();
        await using var coordinator = await FakeCoordinator.StartAsync(2);
        coordinator.Intercept = (context, next) =>
        {
            if (FakeCoordinator.Operation(context) == "heartbeat" && coordinator.Count("heartbeat") == 0)
                coordinator.ForgetClients();
            return next(context);
        };
        await using var dialer = await RunningDialer.StartAsync(coordinator, time, ("Dialer:Lines", "2"));
        dialer.LetRun(time);

        await Eventually.Be(() => coordinator.Count("notify"), 2);
        await Eventually.Be(coordinator.Leased, 2);
    }

    [Fact]
    public async Task An_upload_that_fails_is_sent_again_with_the_same_recording_and_the_number_is_not_called_again()
    {
        await using var coordinator = await FakeCoordinator.StartAsync(1);
        var attempts = 0;
        coordinator.Intercept = async (context, next) =>
        {
            if (FakeCoordinator.Operation(context) != "dial_wav")
            {
                await next(context);
                return;
            }

            switch (Interlocked.Increment(ref attempts))
            {
                case 1:
                    context.Response.StatusCode = 500;
                    break;
                case 2:
                    await DropAnswerAsync(context, next);
                    break;
                default:
                    await next(context);
                    break;
            }
        };
        coordinator.Enqueue(["13800000002"]);
        await using var dialer = await RunningDialer.StartAsync(coordinator, null, ("Dialer:Lines", "1"));

        await Eventually.Be(() => coordinator.Count("idle"), 2);

        attempts.ShouldBe(3);
        coordinator.Uploads.Count.ShouldBe(2);
        coordinator.Uploads.Last().Wav.ShouldBe(coordinator.Uploads.First().Wav);
        coordinator.Count("call").ShouldBe(1);
    }

    [Fact]
    public async Task An_upload_that_never_succeeds_is_given_up_and_the_line_goes_on()
    {
        var time = new FakeTimeProvider();
        await using var coordinator = await FakeCoordinator.StartAsync(1);
        var attempts = 0;
        coordinator.Intercept = (context, next) =>
        {
            if (FakeCoordinator.Operation(context) != "dial_wav" || Interlocked.Increment(ref attempts) > 8)
                return next(context);
            context.Response.StatusCode = 503;
            return Task.CompletedTask;
        };
        coordinator.Enqueue(["13800000004"]);
        await using var dialer = await RunningDialer.StartAsync(coordinator, time, ("Dialer:Lines", "1"));
        dialer.LetRun(time);

        await Eventually.Be(() => coordinator.Uploads.Count, 1);

        coordinator.Requeued.ShouldBe(["13800000004"]);
        coordinator.Count("call").ShouldBe(2);
    }

    [Fact]
    public async Task A_call_that_is_refused_is_given_up_and_a_lost_extension_is_leased_anew()
    {
        await using var coordinator = await FakeCoordinator.StartAsync(3);
        var taken = false;
        coordinator.Intercept = (context, next) =>
        {
            if (FakeCoordinator.Operation(context) == "status" && context.Request.Query["status"] == "call" && !taken)
            {
                taken = true;
                coordinator.TakeAway(context.Request.Query["extensionNum"]!);
            }

            return next(context);
        };
        coordinator.Enqueue(["13800000001"]);
        await using var dialer = await RunningDialer.StartAsync(coordinator, null, ("Dialer:Lines", "3"));

        await Eventually.Be(() => coordinator.Uploads.Count, 1);
        await Eventually.Be(coordinator.Leased, 3);

        coordinator.Count("notify").ShouldBe(1);
        coordinator.Count("call").ShouldBe(2);
    }

    [Fact]
    public async Task An_upload_that_is_refused_is_not_repeated()
    {
        await using var coordinator = await FakeCoordinator.StartAsync(1);
        var attempts = 0;
        coordinator.Intercept = (context, next) =>
        {
            if (FakeCoordinator.Operation(context) != "dial_wav" || Interlocked.Increment(ref attempts) > 1)
                return next(context);
            context.Response.StatusCode = 409;
            return context.Response.WriteAsJsonAsync(new { code = 409, msg = "decided already", data = new { } });
        };
        coordinator.Enqueue(["13800000003"]);
        await using var dialer = await RunningDialer.StartAsync(coordinator, null, ("Dialer:Lines", "1"));

        await Eventually.Be(() => coordinator.Uploads.Count, 1);

        attempts.ShouldBe(2);
        coordinator.Count("call").ShouldBe(2);
        coordinator.Count("notify").ShouldBe(1);
    }

    [Fact]
    public async Task It_asks_again_while_there_are_too_few_extensions()
    {
        await using var coordinator = await FakeCoordinator.StartAsync(2);
        var refused = 0;
        coordinator.Intercept = (context, next) =>
        {
            if (FakeCoordinator.Operation(context) != "accounts" || Interlocked.Increment(ref refused) > 2)
                return next(context);
            context.Response.StatusCode = 409;
            return context.Response.WriteAsJsonAsync(new { code = 409, msg = "none is free", data = new { } });
        };
        await using var dialer = await RunningDialer.StartAsync(coordinator, null, ("Dialer:Lines", "3"));

        await Eventually.Be(coordinator.Leased, 2);
        coordinator.AddExtension("2000");
        await Eventually.Be(coordinator.Leased, 3);

        coordinator.Count("notify").ShouldBe(1);
    }

    [Fact]
    public async Task No_number_is_lost_on_a_bad_network()
    {
        await using var coordinator = await FakeCoordinator.StartAsync(30);
        var random = new Random(11);
        coordinator.Intercept = async (context, next) =>
        {
            int dice;
            lock (random)
                dice = random.Next(20);
            switch (dice)
            {
                case 0:
                    context.Response.StatusCode = 500;
                    break;
                case 1:
                    context.Response.StatusCode = 503;
                    await context.Response.WriteAsync("<html>the gateway is tired</html>");
                    break;
                case 2:
                    context.Abort();
                    break;
                case 3:
                    await DropAnswerAsync(context, next);
                    break;
                default:
                    await next(context);
                    break;
            }
        };
        var numbers = Numbers(150);
        coordinator.Enqueue(numbers);
        await using var dialer = await RunningDialer.StartAsync(coordinator, null, ("Dialer:Lines", "30"));

        await Eventually.Be(() => coordinator.Uploads.Select(upload => upload.Number).Distinct().Count(), 150, TimeSpan.FromSeconds(45));

        coordinator.Uploads.Select(upload => upload.Number).Distinct().Order().ShouldBe(numbers.Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[1,2]")]
    [InlineData("<html></html>")]
    [InlineData("""{"code":200,"msg":"","data":null}""")]
    [InlineData("""{"code":200,"msg":"","data":{"clientId":"","accounts":null,"dialplans":null}}""")]
    [InlineData("""{"code":200,"msg":"","data":{"clientId":{},"accounts":[null,{}],"dialplans":[null,{"extensionNum":"1"}]}}""")]
    [InlineData("""{"code":500,"msg":"no","data":{}}""")]
    public async Task A_bad_answer_is_survived(string answer)
    {
        await using var coordinator = await FakeCoordinator.StartAsync(2);
        var asked = new Dictionary<string, int>();
        coordinator.Intercept = async (context, next) =>
        {
            var operation = FakeCoordinator.Operation(context);
            lock (asked)
                asked[operation] = asked.GetValueOrDefault(operation) + 1;
            if (asked[operation] == 1)
                await context.Response.WriteAsync(answer);
            else
                await next(context);
        };
        coordinator.Enqueue(["13800000001", "13800000002"]);
        await using var dialer = await RunningDialer.StartAsync(coordinator, null, ("Dialer:Lines", "2"));

        await Eventually.Be(() => coordinator.Uploads.Select(upload => upload.Number).Distinct().Count(), 2);
    }

    [Fact]
    public async Task It_leaves_when_it_stops_and_what_is_being_uploaded_still_arrives()
    {
        await using var coordinator = await FakeCoordinator.StartAsync(2);
        var uploading = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        coordinator.Intercept = async (context, next) =>
        {
            if (FakeCoordinator.Operation(context) == "dial_wav")
            {
                uploading.TrySetResult();
                await go.Task;
            }

            await next(context);
        };
        coordinator.Enqueue(["13800000001"]);
        await using var dialer = await RunningDialer.StartAsync(coordinator, null, ("Dialer:Lines", "2"));
        await uploading.Task.WaitAsync(Eventually.Deadline);

        var stopped = dialer.StopAsync();
        go.SetResult();
        await stopped;

        coordinator.Uploads.Count.ShouldBe(1);
        coordinator.Deeds.Last().What.ShouldBe("leave");
        coordinator.Leased().ShouldBe(0);
    }

    [Fact]
    public async Task It_stops_soon_when_the_coordinator_does_not_answer_any_more()
    {
        await using var coordinator = await FakeCoordinator.StartAsync(2);
        await using var dialer = await RunningDialer.StartAsync(coordinator, null, ("Dialer:Lines", "2"));
        await Eventually.Be(() => coordinator.Count("idle"), 2);
        var released = new TaskCompletionSource();
        coordinator.Intercept = (_, _) => released.Task;

        await dialer.StopAsync().WaitAsync(TimeSpan.FromSeconds(8));

        released.SetResult();
    }

    [Fact]
    public async Task A_thousand_lines_fit_into_one_process()
    {
        await using var coordinator = await FakeCoordinator.StartAsync(1000);
        coordinator.Enqueue(Numbers(1000));
        await using var dialer = await RunningDialer.StartAsync(coordinator, null, ("Dialer:Lines", "1000"));

        await Eventually.Be(() => coordinator.Uploads.Count, 1000, TimeSpan.FromSeconds(60));

        coordinator.Requeued.ShouldBeEmpty();
        coordinator.Count("call").ShouldBe(1000);
    }

    private static List<string> Numbers(int count) => [.. Enumerable.Range(0, count).Select(i => $"138{i:00000000}")];

    private static string Seen(FakeCoordinator coordinator) => string.Join(", ", coordinator.Deeds.TakeLast(10));

    /// <summary>The coordinator does what it is asked, and its answer is lost on the way.</summary>
    private static async Task DropAnswerAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Body = new MemoryStream();
        await next(context);
        context.Abort();
    }
}
