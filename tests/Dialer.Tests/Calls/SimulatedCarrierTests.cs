using EmptyNumber.Contracts;
using EmptyNumber.Dialer.Calls;
using EmptyNumber.Dialer.Calls.Simulated;
using EmptyNumber.TestSupport;
using Microsoft.Extensions.Options;

namespace EmptyNumber.Dialer.Tests.Calls;

public sealed class SimulatedCarrierTests
{
    private static readonly AnnouncementPack Pack = AnnouncementPack.Load(AnnouncementPack.DefaultFolder);
    private static readonly Account From = new("1001", "secret", null);

    [Fact]
    public async Task The_same_seed_number_and_attempt_sound_the_same_and_another_does_not()
    {
        var first = await CallAsync(Carrier(seed: 1), "13800000002");
        var carrier = Carrier(seed: 1);
        var again = await CallAsync(carrier, "13800000002");
        var secondAttempt = await CallAsync(carrier, "13800000002");
        var otherSeed = await CallAsync(Carrier(seed: 2), "13800000002");
        var otherNumber = await CallAsync(Carrier(seed: 1), "13800000102");

        again.Wav.ShouldBe(first.Wav);
        again.Signalling.ShouldBe(first.Signalling);
        foreach (var other in new[] { secondAttempt, otherSeed, otherNumber })
            other.Wav.SequenceEqual(first.Wav).ShouldBeFalse();
    }

    [Fact]
    public async Task Without_a_seed_two_calls_differ()
    {
        var carrier = Carrier(seed: null);

        var first = await CallAsync(carrier, "13800000004");
        var second = await CallAsync(carrier, "13800000004");

        second.Wav.SequenceEqual(first.Wav).ShouldBeFalse();
    }

    [Fact]
    public async Task A_call_lasts_as_long_as_its_recording_by_the_pace_and_is_answered_within()
    {
        var time = new LeapingTime();
        var carrier = new SimulatedCarrier(Pack, Options.Create(new DialerOptions { Pace = 10, Seed = Answering() }), time);
        DateTimeOffset? answeredAt = null;
        var start = time.GetUtcNow();

        var call = await carrier.CallAsync(
            From,
            "13800000056",
            () =>
            {
                answeredAt = time.GetUtcNow();
                return Task.CompletedTask;
            },
            CancellationToken.None);

        WavHeader.TryRead(call.Wav, out var header, out _).ShouldBeTrue();
        (time.GetUtcNow() - start).TotalSeconds.ShouldBe(header.Duration.TotalSeconds / 10, tolerance: 0.01);
        answeredAt.ShouldNotBeNull().ShouldBeInRange(start.AddSeconds(0.5), time.GetUtcNow());
    }

    [Fact]
    public async Task A_call_that_is_cancelled_ends_at_once()
    {
        var carrier = new SimulatedCarrier(Pack, Options.Create(new DialerOptions { Pace = 0.01 }), TimeProvider.System);
        using var cancellation = new CancellationTokenSource();

        var call = carrier.CallAsync(From, "13800000003", () => Task.CompletedTask, cancellation.Token);
        await cancellation.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(call.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    /// <summary>A seed with which the first call to the number is answered.</summary>
    private static int Answering() => Enumerable.Range(0, 100).First(seed =>
        CallAsync(Carrier(seed), "13800000056").GetAwaiter().GetResult().Signalling.SipCode == 200);

    private static SimulatedCarrier Carrier(int? seed) =>
        new(Pack, Options.Create(new DialerOptions { Pace = 10_000, Seed = seed }), TimeProvider.System);

    private static Task<CallResult> CallAsync(SimulatedCarrier carrier, string number) =>
        carrier.CallAsync(From, number, () => Task.CompletedTask, CancellationToken.None);

    /// <summary>Goes on to the moment for which a timer is set, as soon as it is.</summary>
    private sealed class LeapingTime : TimeProvider
    {
        private readonly FakeTimeProvider _time = new();

        public override long TimestampFrequency => _time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => _time.GetUtcNow();

        public override long GetTimestamp() => _time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = _time.CreateTimer(callback, state, dueTime, period);
            if (dueTime > TimeSpan.Zero)
            {
                _time.Advance(dueTime);
            }

            return timer;
        }
    }
}
