using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Tests.Analysis;

public sealed class FusionTests
{
    private static readonly Signalling None = new(null, null, null);
    private static readonly ToneHeard Ringback = new(Tone.Ringback, 0, 6);
    private static readonly AudioSegment Rings = new(SegmentKind.Tone, 0, 6);
    private static readonly AudioSegment Speech = new(SegmentKind.Speech, 7, 12);
    private static readonly AudioSegment Music = new(SegmentKind.Music, 7, 12);
    private static readonly AudioSegment Silence = new(SegmentKind.Silence, 6, 12);

    [Fact]
    public void Ringing_is_in_service() => Decide([Ringback], [Rings, Silence], None).ShouldBe(NumberState.InService);

    [Theory]
    [InlineData(408, null)]
    [InlineData(480, null)]
    [InlineData(null, 18)]
    [InlineData(null, 19)]
    public void Ringing_to_the_end_without_an_answer_is_no_answer_when_signalling_says_so(int? sip, int? cause) =>
        Decide([Ringback], [Rings, Silence], new Signalling(sip, cause, false)).ShouldBe(NumberState.NoAnswer);

    [Fact]
    public void Unknown_speech_after_ringing_decides_nothing_unless_the_call_was_answered()
    {
        Decide([Ringback], [Rings, Speech], None).ShouldBe(NumberState.Pending);
        Decide([Ringback], [Rings, Speech], new Signalling(480, null, false)).ShouldBe(NumberState.Pending);
        Decide([Ringback], [Rings, Speech], new Signalling(200, null, true)).ShouldBe(NumberState.InService);
    }

    [Theory]
    [InlineData(180, NumberState.InService)]
    [InlineData(183, NumberState.InService)]
    [InlineData(200, NumberState.InService)]
    [InlineData(480, NumberState.NoAnswer)]
    [InlineData(404, NumberState.Pending)]
    [InlineData(null, NumberState.Pending)]
    public void Music_in_place_of_ringing_is_in_service_when_signalling_says_that_it_rings(int? sip, NumberState expected) =>
        Decide([], [Music], new Signalling(sip, null, null)).ShouldBe(expected);

    [Fact]
    public void Music_after_ringing_is_a_colour_ring_when_signalling_says_that_it_rings()
    {
        Decide([Ringback], [Rings, Music], new Signalling(183, null, null)).ShouldBe(NumberState.InService);
        Decide([Ringback], [Rings, Music], None).ShouldBe(NumberState.Pending);
        Decide([Ringback], [Rings, Music], new Signalling(480, 18, false)).ShouldBe(NumberState.Pending);
    }

    [Fact]
    public void Music_is_less_sure_than_ringing() =>
        Fusion.Decide(null, [], [Music], new Signalling(183, null, null)).Confidence
            .ShouldBeLessThan(Fusion.Decide(null, [Ringback], [Rings, Silence], None).Confidence);

    [Fact]
    public void Signalling_alone_decides_nothing()
    {
        AudioSegment[] silence = [new(SegmentKind.Silence, 0, 10)];
        foreach (var signalling in new Signalling[] { new(404, 1, false), new(486, 17, false), new(480, 18, false), new(200, null, true) })
            Decide([], silence, signalling).ShouldBe(NumberState.Pending);
    }

    [Theory]
    [InlineData(Tone.Busy, NumberState.Busy)]
    [InlineData(Tone.Congestion, NumberState.NetworkBusy)]
    [InlineData(Tone.Vacant, NumberState.Vacant)]
    [InlineData(Tone.Dial, NumberState.Pending)]
    [InlineData(Tone.Sit, NumberState.Pending)]
    public void Tones_tell_their_state_whatever_signalling_says(Tone tone, NumberState state) =>
        Decide([new ToneHeard(tone, 0, 6)], [Rings], new Signalling(480, 18, false)).ShouldBe(state);

    [Fact]
    public void The_announcement_decides_and_the_tone_before_it_is_reported()
    {
        var verdict = Fusion.Decide(Heard(NumberState.PoweredOff), [Ringback], [Rings, Speech], None);
        verdict.State.ShouldBe(NumberState.PoweredOff);
        verdict.Tone.ShouldBe(Tone.Ringback);
        verdict.Announcement.ShouldNotBeNull().Id.ShouldBe("a");
    }

    [Theory]
    [InlineData(NumberState.Vacant, 486, null, false, NumberState.Busy)]
    [InlineData(NumberState.Vacant, null, 17, false, NumberState.Busy)]
    [InlineData(NumberState.PoweredOff, 200, 16, true, NumberState.InService)]
    [InlineData(NumberState.Busy, 404, 1, false, NumberState.Vacant)]
    [InlineData(NumberState.Busy, 486, 17, false, null)]
    [InlineData(NumberState.PoweredOff, 480, 18, false, null)]
    [InlineData(NumberState.Suspended, 404, 1, false, null)]
    [InlineData(NumberState.CallReminder, 200, null, true, null)]
    public void Where_signalling_goes_against_an_announcement_the_sound_decides_and_the_conflict_is_in_the_evidence(
        NumberState heard, int? sip, int? cause, bool answered, NumberState? signalled)
    {
        var verdict = Fusion.Decide(Heard(heard), [], [Speech], new Signalling(sip, cause, answered));
        (verdict.State, verdict.SignalledState).ShouldBe((heard, signalled));
        (verdict.Confidence < Fusion.Decide(Heard(heard), [], [Speech], None).Confidence).ShouldBe(signalled is not null);
    }

    [Theory]
    [InlineData(Tone.Ringback, 404, false, NumberState.InService, NumberState.Vacant)]
    [InlineData(Tone.Busy, 604, false, NumberState.Busy, NumberState.Vacant)]
    [InlineData(Tone.Busy, 200, true, NumberState.Busy, NumberState.InService)]
    [InlineData(Tone.Vacant, 486, false, NumberState.Vacant, NumberState.Busy)]
    [InlineData(Tone.Busy, 486, false, NumberState.Busy, null)]
    [InlineData(Tone.Ringback, 480, false, NumberState.NoAnswer, null)]
    public void And_likewise_where_it_goes_against_a_tone(Tone tone, int sip, bool answered, NumberState state, NumberState? signalled)
    {
        var verdict = Fusion.Decide(null, [new ToneHeard(tone, 0, 6)], [Rings, Silence], new Signalling(sip, null, answered));
        (verdict.State, verdict.SignalledState).ShouldBe((state, signalled));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_answer_is_in_service_with_or_without_ringing_before_it(bool rings) =>
        Decide(rings ? [Ringback] : [], rings ? [Rings, Speech] : [Speech], new Signalling(200, null, true)).ShouldBe(NumberState.InService);

    [Fact]
    public void A_busy_tone_after_an_answer_is_the_other_side_hanging_up() =>
        Decide([new ToneHeard(Tone.Busy, 12, 15)], [Speech], new Signalling(200, 16, true)).ShouldBe(NumberState.InService);

    [Theory]
    [InlineData(Tone.Busy)]
    [InlineData(Tone.Congestion)]
    public void So_it_is_after_an_announcement_that_is_not_known(Tone tone)
    {
        var verdict = Fusion.Decide(null, [new ToneHeard(tone, 13, 16)], [Speech, new(SegmentKind.Silence, 12, 13), new(SegmentKind.Tone, 13, 16)], None);
        verdict.State.ShouldBe(NumberState.Pending);
        verdict.Tone.ShouldBe(tone);
    }

    [Theory]
    [InlineData(Tone.Busy)]
    [InlineData(Tone.Congestion)]
    public void And_after_ringing(Tone tone)
    {
        ToneHeard[] tones = [Ringback, new(tone, 6, 12)];
        Decide(tones, [Rings], None).ShouldBe(NumberState.InService);
        Decide(tones, [Rings], new Signalling(480, 19, false)).ShouldBe(NumberState.NoAnswer);
    }

    [Fact]
    public void An_announcement_about_the_callers_own_line_says_nothing_of_the_number()
    {
        var verdict = Fusion.Decide(Heard(NumberState.Pending, callerSide: true), [], [Speech], None);
        verdict.State.ShouldBe(NumberState.Pending);
        verdict.CallerSide.ShouldBeTrue();
    }

    [Fact]
    public void Announcements_of_one_call_are_put_together()
    {
        Verdict Together(MatchedAnnouncement heard, params MatchedAnnouncement[] others) => Fusion.Decide(heard with { Others = others }, [], [Speech], None);
        (NumberState, NumberState?) Of(Verdict verdict) => (verdict.State, verdict.EmbeddedState);

        Of(Together(Heard(NumberState.PoweredOff), Heard(NumberState.PoweredOff) with { EmbeddedState = NumberState.Unreachable })).ShouldBe((NumberState.PoweredOff, NumberState.Unreachable));
        Of(Together(Heard(NumberState.InService), Heard(NumberState.Busy))).ShouldBe((NumberState.Busy, null));
        Of(Together(Heard(NumberState.Busy), Heard(NumberState.InService), Heard(NumberState.CallReminder))).ShouldBe((NumberState.CallReminder, NumberState.Busy));
        Of(Together(Heard(NumberState.CallReminder) with { EmbeddedState = NumberState.PoweredOff }, Heard(NumberState.Busy))).ShouldBe((NumberState.CallReminder, NumberState.PoweredOff));
        var contradiction = Together(Heard(NumberState.Vacant), Heard(NumberState.Busy));
        (contradiction.State, contradiction.Confidence).ShouldBe((NumberState.Pending, 0));
        contradiction.Announcement.ShouldNotBeNull();
        Together(Heard(NumberState.Vacant), Heard(NumberState.InService), Heard(NumberState.Busy)).State.ShouldBe(NumberState.Pending);
        Together(Heard(NumberState.NetworkBusy), Heard(NumberState.Pending, callerSide: true)).CallerSide.ShouldBeTrue();
    }

    private static NumberState Decide(ToneHeard[] tones, AudioSegment[] segments, Signalling signalling) =>
        Fusion.Decide(null, tones, segments, signalling).State;

    private static MatchedAnnouncement Heard(NumberState state, bool callerSide = false) =>
        new(new Announcement("a", state, null, callerSide, "", "zh", "", []), 7, 12, 0.5, new Grounds(20, 5, 0, double.PositiveInfinity, 1, 20), null);
}
