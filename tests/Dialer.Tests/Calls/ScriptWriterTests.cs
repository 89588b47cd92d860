using EmptyNumber.Contracts;
using EmptyNumber.Dialer.Calls.Simulated;
using EmptyNumber.Dialer.Calls.Wav;
using EmptyNumber.Dialer.Tests.Support;

namespace EmptyNumber.Dialer.Tests.Calls;

public sealed class ScriptWriterTests
{
    private const int CallsPerState = 60;

    private static readonly AnnouncementPack Pack = AnnouncementPack.Load(AnnouncementPack.DefaultFolder);

    private static readonly NumberState[] Final = [.. NumberStates.All.Where(state => state != NumberState.Pending)];

    private static readonly NumberState[] Spoken =
        [.. Final.Where(state => state is not (NumberState.InService or NumberState.Unknown))];

    public static TheoryData<NumberState> States => [.. Final];

    public static TheoryData<NumberState> Announced => [.. Spoken];

    [Theory]
    [MemberData(nameof(States))]
    public void A_call_takes_6_to_15_seconds_for_the_most_part(NumberState state)
    {
        var lengths = Scripts(state).Select(script => script.LengthS).ToList();

        lengths.ShouldAllBe(length => length > 5 && length < 22);
        lengths.Count(length => length is >= 6 and <= 15).ShouldBeGreaterThan(CallsPerState * 3 / 4);
    }

    [Theory]
    [MemberData(nameof(Announced))]
    public void Announcements_tell_the_state_and_one_of_them_is_heard_whole_and_5_seconds_in_all(NumberState state)
    {
        foreach (var script in Scripts(state).Where(script => script.Sounds.Any(sound => sound is Speech)))
        {
            var heardS = 0.0;
            var whole = 0;
            var atS = -script.LateS;
            foreach (var sound in script.Sounds)
            {
                if (sound is Speech speech)
                {
                    speech.Announcement.State.ShouldBe(state);
                    whole += atS >= -1e-9 && atS + sound.LengthS <= script.LengthS + 1e-9 ? 1 : 0;
                    heardS += Math.Max(0, Math.Min(script.LengthS, atS + sound.LengthS) - Math.Max(0, atS));
                }

                atS += sound.LengthS;
            }

            whole.ShouldBeGreaterThan(0);
            heardS.ShouldBeGreaterThan(5);
        }
    }

    [Fact]
    public void Vacant_busy_and_overloaded_are_told_by_tone_or_by_announcement_the_others_by_announcement()
    {
        foreach (var state in Spoken)
        {
            var spoken = Scripts(state).Count(script => script.Sounds.Any(sound => sound is Speech));
            if (state is NumberState.Vacant or NumberState.Busy or NumberState.NetworkBusy)
                spoken.ShouldBeInRange(CallsPerState / 4, CallsPerState * 3 / 4);
            else
                spoken.ShouldBe(CallsPerState);
        }
    }

    [Theory]
    [InlineData(NumberState.Vacant, new[] { 0.1, 0.4 }, new[] { 0.1, 0.4 })]
    [InlineData(NumberState.Busy, new[] { 0.35 }, new[] { 0.35 })]
    [InlineData(NumberState.NetworkBusy, new[] { 0.7 }, new[] { 0.7 })]
    [InlineData(NumberState.InService, new[] { 1.0 }, new[] { 4.0 })]
    public void A_recorded_tone_measures_450_Hz_and_has_the_cadence_of_its_state(NumberState state, double[] onS, double[] offS)
    {
        var tones = Scripts(state).Where(script => !script.Sounds.Any(sound => sound is Speech)).ToList();
        tones.Count.ShouldBeGreaterThan(10);
        foreach (var script in tones)
        {
            var sound = Hear(script, out var rate);
            var loudest = Loudest(sound, rate);
            Sounds.StrongestHz(loudest, 200, 3400, rate).ShouldBe(450, (450 * 0.02) + 3);

            var runs = Sounds.Runs(sound, Sounds.Rms(loudest) / 3, rate);
            runs.Count.ShouldBeGreaterThan(state == NumberState.InService ? 1 : 6);
            // The first and the last may be cut by the recording; the pause after set-up runs into the first.
            foreach (var (on, seconds) in runs.Skip(1))
                (on ? onS : offS).ShouldContain(length => Math.Abs(seconds - length) < (length * 0.04) + 0.015, $"{seconds:0.000} s {(on ? "on" : "off")} of {state}");
        }
    }

    [Fact]
    public void A_number_in_service_rings_at_least_twice_and_is_answered_when_the_ringing_ends()
    {
        foreach (var script in Scripts(NumberState.InService))
        {
            var sound = Hear(script, out var rate);
            Sounds.Runs(sound, Sounds.Rms(Loudest(sound, rate)) / 3, rate).Count(run => run.On && run.Seconds > 0.9).ShouldBe(2);

            script.Signalling.Answered.ShouldBe(script.AnsweredAtS is not null);
            script.Signalling.SipCode.ShouldBe(script.AnsweredAtS is null ? 180 : 200);
            if (script.AnsweredAtS is { } answeredAtS)
                answeredAtS.ShouldBeInRange(6, script.LengthS - 0.4);
        }
    }

    [Fact]
    public void An_unknown_number_gives_silence_or_hardly_any_noise()
    {
        foreach (var script in Scripts(NumberState.Unknown))
        {
            script.Sounds.ShouldBeEmpty();
            Sounds.Rms(Hear(script, out _)).ShouldBeLessThan(0.001);
        }
    }

    [Fact]
    public void The_noise_of_the_line_is_20_to_30_dB_below_the_sound()
    {
        foreach (var script in Scripts(NumberState.InService).Where(script => script.Format is { SampleBytes: > 1, SampleRateHz: 8000 } && script.AnsweredAtS is not null))
        {
            var sound = Hear(script, out _);
            var tail = Sounds.Rms(sound.AsSpan((int)(script.AnsweredAtS!.Value * 8000) + 100));
            var pitch = ((Signal)script.Sounds[0]).Period[0].Hz;
            var start = (int)((5.2 - ((Signal)script.Sounds[0]).StartS) * 8000);
            var ring = Sounds.Amplitude(sound.AsSpan(start, 4800), pitch) / Math.Sqrt(2);
            // A hum adds up to 2.1 dB.
            (20 * Math.Log10(ring / tail)).ShouldBeInRange(17, 31);
        }
    }

    [Theory]
    [MemberData(nameof(Announced))]
    public void Signalling_never_says_answered_but_for_a_mailbox_and_is_missing_now_and_then(NumberState state)
    {
        var signalling = Scripts(state).Select(script => script.Signalling).ToList();

        signalling.ShouldContain(item => item.SipCode == null && item.Q850Cause == null && item.Answered == null);
        signalling.ShouldContain(item => item.SipCode != null);
        if (state == NumberState.CallReminder)
            signalling.ShouldContain(item => item.Answered == true);
        else
            signalling.ShouldAllBe(item => item.Answered != true);
    }

    [Fact]
    public void Recordings_come_in_all_forms()
    {
        var formats = Final.SelectMany(Scripts).Select(script => script.Format).ToList();

        formats.Select(format => (format.Encoding, format.SampleBytes)).Distinct().Count().ShouldBe(5);
        formats.Select(format => format.Leg).Distinct().ShouldBe(Enum.GetValues<Leg>(), ignoreOrder: true);
        formats.Select(format => format.Length).Distinct().ShouldBe(Enum.GetValues<DeclaredLength>(), ignoreOrder: true);
        formats.Select(format => format.SampleRateHz).Distinct().ShouldBe([8000, 16_000], ignoreOrder: true);
    }

    private static IEnumerable<CallScript> Scripts(NumberState state)
    {
        var writer = new ScriptWriter(Pack);
        return Enumerable.Range(0, CallsPerState).Select(call => writer.Write(state, new Random((1000 * (int)state) + call)));
    }

    /// <summary>The loudest of many windows of 80 ms.</summary>
    private static float[] Loudest(float[] sound, int rateHz)
    {
        var window = rateHz * 8 / 100;
        return Enumerable.Range(0, (sound.Length / (window / 4)) - 4)
            .Select(i => sound[(i * window / 4)..((i * window / 4) + window)])
            .MaxBy(samples => Sounds.Rms(samples))!;
    }

    private static float[] Hear(CallScript script, out int rateHz)
    {
        var legs = Sounds.Decode(script.Record(12_345), out var header);
        rateHz = header.SampleRateHz;
        header.Duration.TotalSeconds.ShouldBe(script.LengthS, 0.001);
        return legs.MaxBy(leg => Sounds.Rms(leg))!;
    }
}
