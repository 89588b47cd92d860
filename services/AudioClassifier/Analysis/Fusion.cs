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
        var (decisive, embedded, isDecided) = Together(heard);
        var announcement = decisive.Announcement;
        return new Verdict(
            announcement.CallerSide || !isDecided ? NumberState.Pending : announcement.State,
            embedded,
            isDecided ? Math.Round(decisive.Grounds.Confidence, 4) : 0,
            announcement.CallerSide,
            tone?.Tone,
            new AnnouncementMatch(announcement.Id, announcement.Text, Math.Round(decisive.StartS, 2), Math.Round(decisive.EndS, 2), Math.Round(decisive.Likeness, 4)),
            segments);
    }

    /// <summary>
    /// Of the announcements of one call: the one about the caller's own line, for then the number was not reached; else, leaving out those that only say
    /// that the call goes on, a call reminder, with the other's state embedded. What then has more than one state contradicts itself.
    /// </summary>
    private static (MatchedAnnouncement Decisive, NumberState? EmbeddedState, bool IsDecided) Together(MatchedAnnouncement heard)
    {
        if (heard.Others.Count == 0)
            return (heard, heard.EmbeddedState, true);
        List<MatchedAnnouncement> all = [heard, .. heard.Others];
        if (all.Find(one => one.Announcement.CallerSide) is { } callerSide)
            return (callerSide, callerSide.EmbeddedState, true);
        if (all.Exists(one => one.Announcement.State != NumberState.InService))
            all.RemoveAll(one => one.Announcement.State == NumberState.InService);
        var embedded = all.Find(one => one.EmbeddedState is not null)?.EmbeddedState;
        var others = all.Select(one => one.Announcement.State).Distinct().Where(state => state != NumberState.CallReminder).ToList();
        return all.Find(one => one.Announcement.State == NumberState.CallReminder) is { } reminder
            ? (reminder, embedded ?? (others.Count == 1 ? others[0] : null), true)
            : (all[0], others.Count == 1 ? embedded : null, others.Count == 1);
    }

    private static (NumberState State, double Confidence) WithoutAnnouncement(
        ToneHeard? tone, IReadOnlyList<AudioSegment> segments, Signalling signalling)
    {
        var answered = signalling.Answered == true;
        var rungOut = !answered && (signalling.SipCode is 408 or 480 || signalling.Q850Cause is 18 or 19);
        var afterS = tone?.EndS ?? 0;
        var speech = Sounds(segments, SegmentKind.Speech, afterS);
        var music = Sounds(segments, SegmentKind.Music, afterS);
        var beside = tone is { } named && SoundsBeside(named, segments);
        switch (tone?.Tone)
        {
            // What hangs up plays busy as well: after an answer, and after an announcement that is not known.
            case Tone.Busy or Tone.Congestion when beside:
                return answered ? (NumberState.InService, Probable) : (NumberState.Pending, 0);
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

    /// <summary>
    /// The tone that says most: the last one, but one that only invites to dial or to listen gives way to the others, and one that hangs up to the
    /// ringing before it.
    /// </summary>
    private static ToneHeard? Prominent(IReadOnlyList<ToneHeard> tones)
    {
        ToneHeard? prominent = null;
        foreach (var tone in tones)
        {
            var hangsUp = prominent?.Tone == Tone.Ringback && tone.Tone is (Tone.Busy or Tone.Congestion);
            if (prominent is null || !(hangsUp || tone.Tone is Tone.Dial or Tone.Sit))
                prominent = tone;
        }

        return prominent;
    }

    /// <summary>Speech or music before the tone or after it.</summary>
    private static bool SoundsBeside(ToneHeard tone, IReadOnlyList<AudioSegment> segments)
    {
        var soundS = 0.0;
        foreach (var segment in segments)
        {
            if (segment.Kind is SegmentKind.Speech or SegmentKind.Music)
                soundS += Math.Max(0, Math.Min(segment.EndS, tone.StartS) - segment.StartS) + Math.Max(0, segment.EndS - Math.Max(segment.StartS, tone.EndS));
        }

        return soundS >= LeastSoundS;
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
