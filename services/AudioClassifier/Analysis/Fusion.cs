using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>What was heard, put together with what the signalling said.</summary>
public static class Fusion
{
    // Speech or music this long after the ringing is an answer, a colour-ring or an announcement that is not known.
    private const double LeastSoundS = 0.5;

    // Measured, as in docs/accuracy.md: 226 of 226 busy, congestion and vacant-number tones, and 124 of 127 ringing ones.
    private const double Sure = 0.995;
    private const double Ringing = 0.975;

    // Where signalling takes part there is no measure: by judgement.
    private const double Likely = 0.9;
    private const double Probable = 0.7;

    /// <summary>Decides.</summary>
    /// <param name="announcement">The announcement that was heard.</param>
    /// <param name="tones">The tones that were heard, in order.</param>
    /// <param name="segments">What the recording consists of.</param>
    /// <param name="signalling">What the network said: supports or questions, and never decides alone.</param>
    public static Verdict Decide(
        MatchedAnnouncement? announcement, IReadOnlyList<ToneHeard> tones, IReadOnlyList<AudioSegment> segments, Signalling signalling)
    {
        var tone = Prominent(tones);
        if (announcement is not null)
            return Against(signalling, OfAnnouncement(announcement, tone, segments));
        var (state, confidence) = WithoutAnnouncement(tone, segments, signalling);
        return Against(signalling, new Verdict(state, null, confidence, false, tone?.Tone, null, segments));
    }

    private static Verdict OfAnnouncement(MatchedAnnouncement heard, ToneHeard? tone, IReadOnlyList<AudioSegment> segments)
    {
        var announcement = heard.Announcement;
        return new Verdict(
            announcement.CallerSide ? NumberState.Pending : announcement.State,
            heard.EmbeddedState,
            Math.Round(heard.Grounds.Confidence, 4),
            announcement.CallerSide,
            tone?.Tone,
            new AnnouncementMatch(announcement.Id, announcement.Text, Math.Round(heard.StartS, 2), Math.Round(heard.EndS, 2), Math.Round(heard.Likeness, 4)),
            segments);
    }

    private static (NumberState State, double Confidence) WithoutAnnouncement(
        ToneHeard? tone, IReadOnlyList<AudioSegment> segments, Signalling signalling)
    {
        var answered = signalling.Answered == true;
        var rungOut = !answered && (signalling.SipCode is 408 or 480 || signalling.Q850Cause is 18 or 19);
        var afterS = tone?.EndS ?? 0;
        var speech = Sounds(segments, SegmentKind.Speech, afterS);
        var music = Sounds(segments, SegmentKind.Music, afterS);
        switch (tone?.Tone)
        {
            // What hangs up after an answer plays busy as well.
            case Tone.Busy when answered && Sounds(segments, SegmentKind.Speech, 0):
                return (NumberState.InService, Probable);
            case Tone.Busy:
                return (NumberState.Busy, Sure);
            case Tone.Congestion:
                return (NumberState.NetworkBusy, Sure);
            case Tone.Vacant:
                return (NumberState.Vacant, Sure);
            case Tone.Ringback when answered:
                return (NumberState.InService, Sure);
            case Tone.Ringback when music && !speech && signalling.SipCode is 180 or 183 or 200:
                return (NumberState.InService, Probable);
            case Tone.Ringback when speech || music:
                return (NumberState.Pending, 0);
            case Tone.Ringback when rungOut:
                return (NumberState.NoAnswer, Likely);
            case Tone.Ringback:
                return (NumberState.InService, Ringing);
        }

        if (tone is null && answered && (speech || music))
            return (NumberState.InService, Likely);
        if (tone is null && music && !speech)
        {
            if (rungOut)
                return (NumberState.NoAnswer, Probable);
            if (signalling.SipCode is 180 or 183 or 200)
                return (NumberState.InService, Probable);
        }

        return (NumberState.Pending, 0);
    }

    /// <summary>The tone that says most: the last one, but one that only invites to dial or to listen gives way to the others.</summary>
    private static ToneHeard? Prominent(IReadOnlyList<ToneHeard> tones)
    {
        ToneHeard? prominent = null;
        foreach (var tone in tones)
        {
            if (prominent is null || tone.Tone is not (Tone.Dial or Tone.Sit))
                prominent = tone;
        }

        return prominent;
    }

    private static bool Sounds(IReadOnlyList<AudioSegment> segments, SegmentKind kind, double afterS) =>
        segments.Where(s => s.Kind == kind).Sum(s => Math.Max(0, s.EndS - Math.Max(s.StartS, afterS))) >= LeastSoundS;

    /// <summary>The verdict of the sound, less sure and with the state that the signalling speaks for, where the two do not go together.</summary>
    private static Verdict Against(Signalling signalling, Verdict heard)
    {
        if (heard.State is NumberState.Pending)
            return heard;
        NumberState? signalled = signalling switch
        {
            { Answered: true } when heard.State is not (NumberState.InService or NumberState.CallReminder) => NumberState.InService,
            { Answered: true } => null,
            { SipCode: 486 or 600 } or { Q850Cause: 17 }
                when heard.State is not (NumberState.Busy or NumberState.Rejected or NumberState.CallReminder) => NumberState.Busy,
            { SipCode: 404 or 604 } or { Q850Cause: 1 }
                when heard.State is NumberState.InService or NumberState.Busy or NumberState.NoAnswer => NumberState.Vacant,
            _ => null,
        };
        return signalled is null ? heard : heard with { Confidence = Math.Round(heard.Confidence * Likely, 4), SignalledState = signalled };
    }
}
