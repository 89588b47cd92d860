using EmptyNumber.Contracts;
using EmptyNumber.Dialer.Tests.Support;
using EmptyNumber.TestSupport;
using Microsoft.AspNetCore.Http;

namespace EmptyNumber.Dialer.Tests;

/// <summary>Calls, their recordings and the way of these to the coordinator.</summary>
public sealed class CallTests
{
    [Fact]
    public async Task Every_number_is_called_once_and_uploaded_before_its_extension_is_idle_again()
    {
        await using var coordinator = await FakeCoordinator.StartAsync();
        var numbers = FakeCoordinator.Numbers(200);
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
        coordinator.Enqueue(FakeCoordinator.Numbers(100));
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
                    await FakeCoordinator.DropAnswerAsync(context, next);
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
    public async Task A_thousand_lines_fit_into_one_process()
    {
        await using var coordinator = await FakeCoordinator.StartAsync(1000);
        coordinator.Enqueue(FakeCoordinator.Numbers(1000));
        await using var dialer = await RunningDialer.StartAsync(coordinator, null, ("Dialer:Lines", "1000"));

        await Eventually.Be(() => coordinator.Uploads.Count, 1000, TimeSpan.FromSeconds(60));

        coordinator.Requeued.ShouldBeEmpty();
        coordinator.Count("call").ShouldBe(1000);
    }
}
