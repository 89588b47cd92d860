using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>An announcement that was heard.</summary>
/// <param name="Announcement">Which.</param>
/// <param name="StartS">Begin within the recording, in seconds.</param>
/// <param name="EndS">End within the recording, in seconds.</param>
/// <param name="Likeness">Mean coherence of the waveforms, as a share of a clean copy's: 0 to 1.</param>
/// <param name="Grounds">What it rests on: how sure it is.</param>
/// <param name="EmbeddedState">The embedded state, where no other announcement disputes it.</param>
public sealed record MatchedAnnouncement(
    Announcement Announcement, double StartS, double EndS, double Likeness, Grounds Grounds, NumberState? EmbeddedState)
{
    /// <summary>What is heard before it and after it and means something else.</summary>
    public IReadOnlyList<MatchedAnnouncement> Others { get; init; } = [];
}

/// <summary>
/// Finds the announcement in a recording: candidates by what the speech sounds like, verified by their waveform, and only then
/// compared with one another. Not thread-safe; its buffers are used again.
/// </summary>
public sealed class Matcher
{
    private const int Candidates = 16;

    /// <summary>Where noise hides what tells them apart, the right one may stand further behind.</summary>
    private const int CandidatesInNoise = 40;

    /// <summary>A recording is noisy whose loudest tenth of frames is no further above its quietest: 10 dB.</summary>
    private const float NoisyRatio = 10;

    /// <summary>Before and after the one that was heard.</summary>
    private const int CandidatesElsewhere = 8;

    /// <summary>A second of the same recording has more, in noise as well.</summary>
    private const float LeastLikeness = 0.5f;

    /// <summary>What is shorter than a second is not looked at for another announcement.</summary>
    private const int LeastAnnouncementFrames = 50;

    private const int AlignmentsOfCandidate = 3;
    private const double FrameS = (double)PhaseSpectra.HopSamples / Recording.RateHz;
    private const double FrameCentreS = PhaseSpectra.FrameSamples / 2.0 / Recording.RateHz;

    /// <summary>Evidence that two recordings have sound in common. Other speech stays below 1.5.</summary>
    private const float LeastEvidence = 1.75f;

    /// <summary>Evidence after which no other candidate is looked at, but those that are like it.</summary>
    internal const float BeyondDoubt = 4f;

    /// <summary>Evidence that makes a passage worth a closer look.</summary>
    private const float LeastPassage = 1.2f;

    /// <summary>Mean coherence of a clean copy: frames differ in where their energy lies.</summary>
    private const float CleanCoherence = 0.5f;

    /// <summary>By how much an announcement must explain more than one of the same state with another embedded in it.</summary>
    private const float LeastLead = 2f;

    /// <summary>A pause between two sentences, 0.2 s in which not both speak.</summary>
    private const int LeastPauseFrames = 9;

    /// <summary>What comes after a pause may be too little to be recognised, if it is shorter than this: 0.6 s.</summary>
    private const int LeastSentenceFrames = 30;

    /// <summary>Within so much of its begin, a sentence may be alike by chance.</summary>
    private const int BeginFrames = 3;

    private const int TwinCandidates = 64;
    private const int TwinHop = 2;
    private const float LeastTwinLikeness = 1.2f;

    private readonly Verifier _verifier = new();
    private readonly PatchSearch _search = new();
    private readonly PatchQuery _twin = new(PatchSearch.Chance);
    private sbyte[] _twinCodes = [];

    /// <summary>Finds the announcement.</summary>
    /// <param name="samples">The recording, 8 kHz mono.</param>
    /// <param name="features">Its log-mel frames.</param>
    /// <param name="tones">Its pure tones.</param>
    /// <param name="library">The announcements.</param>
    /// <param name="leastConfidence">How sure it must be.</param>
    /// <returns>Null where none was heard, where it goes on otherwise, or where it is less sure.</returns>
    public MatchedAnnouncement? Match(
        ReadOnlySpan<float> samples, ReadOnlySpan<float> features, IReadOnlyList<ToneBurst> tones, AnnouncementLibrary library, double leastConfidence)
    {
        if (library.Announcements.Count == 0)
            return null;
        var alignments = _search.Search(features, library.Index);
        _verifier.Load(samples, tones);
        if (Surest(alignments, library, leastConfidence) is not var (best, matched))
            return null;

        // The search goes through the whole recording; a part of it is searched only where it holds another by the looks of it.
        var (begin, end) = Extent(best, library);
        var frames = _verifier.Recording.Frames;
        var (isBefore, isAfter) = (HoldsAnother(best, 0, begin, alignments, library), HoldsAnother(best, end, frames, alignments, library));
        if (!isBefore && !isAfter)
            return matched;
        var least = Math.Max(leastConfidence, Grounds.LeastConfidence);
        MatchedAnnouncement?[] others =
        [
            isBefore ? MatchIn(0, begin, samples, features, tones, library, least) : null,
            isAfter ? MatchIn(end, null, samples, features, tones, library, least) : null,
        ];
        return matched with { Others = [.. others.OfType<MatchedAnnouncement>().Where(other => !other.Announcement.MeansTheSameAs(matched.Announcement))] };
    }

    /// <summary>The first of those that are heard that does not go on otherwise; null where there is none, or where it is less sure.</summary>
    private (Hearing Hearing, MatchedAnnouncement Matched)? Surest(ReadOnlySpan<Alignment> alignments, AnnouncementLibrary library, double leastConfidence)
    {
        var heard = Hear(alignments, library, surestOnly: true);
        if (heard.TrueForAll(hearing => GroundsOf(hearing, missing: 0, lead: double.PositiveInfinity).Confidence < leastConfidence))
            return null;
        AddTwins(heard, alignments, library);

        var missing = 0f;
        var best = heard.Find(hearing => GoesOnOtherwise(hearing, mayRepeat: false, out missing) is null);
        if (best is null)
            return null;
        var announcement = library.Announcements[best.Reference];
        var embedded = announcement.EmbeddedState;
        var leastLead = double.PositiveInfinity;
        foreach (var rival in heard)
        {
            var other = library.Announcements[rival.Reference];
            if (announcement.MeansTheSameAs(other))
                continue;
            var lead = best.LeadOver(rival);
            if (other.State != announcement.State || other.CallerSide != announcement.CallerSide)
                leastLead = Math.Min(leastLead, lead);
            else if (rival.Evidence >= LeastPassage && lead < LeastLead)
                embedded = null;
        }

        var grounds = GroundsOf(best, missing, leastLead);
        return grounds.Confidence < leastConfidence
            ? null
            : (best, new MatchedAnnouncement(
                announcement,
                (best.Start * FrameS) + FrameCentreS - (FrameS / 2),
                ((best.End - 1) * FrameS) + FrameCentreS + (FrameS / 2),
                LikenessOf(best),
                grounds,
                embedded));
    }

    /// <summary>From the first frame of the recording that the announcement reaches to the one after its last, however often it is said.</summary>
    private (int Begin, int End) Extent(Hearing heard, AnnouncementLibrary library)
    {
        // Less is what it has in common with another.
        const float leastShare = 0.5f;
        var surest = 0f;
        foreach (var passage in heard.Passages)
            surest = Math.Max(surest, passage.Evidence);
        var length = library.Samples(heard.Reference).Length;
        var (begin, end) = (_verifier.Recording.Frames, 0);
        foreach (var passage in heard.Passages)
        {
            if (passage.Evidence < leastShare * surest)
                continue;
            begin = Math.Min(begin, -passage.Offset / PhaseSpectra.HopSamples);
            end = Math.Max(end, (length - passage.Offset) / PhaseSpectra.HopSamples);
        }

        return (Math.Max(begin, 0), Math.Min(end, _verifier.Recording.Frames));
    }

    /// <summary>
    /// Whether an announcement that means something else is in a part of the recording, by the first that is there beyond doubt, were it not for what it
    /// shares with others.
    /// </summary>
    private bool HoldsAnother(Hearing known, int from, int to, ReadOnlySpan<Alignment> alignments, AnnouncementLibrary library)
    {
        if (!SpeaksOn(known, from, to))
            return false;
        var left = CandidatesElsewhere;
        foreach (var alignment in alignments)
        {
            var waveform = library.Samples(alignment.Reference);
            var (begin, end) = (-alignment.OffsetFrames, (waveform.Length / LogMel.HopSamples) - alignment.OffsetFrames);
            if (Math.Min(end, to) - Math.Max(begin, from) < LeastAnnouncementFrames)
                continue;
            if (alignment.Likeness < LeastLikeness || left-- == 0)
                break;
            _verifier.Take(waveform);
            if (_verifier.Verify(alignment.OffsetSamples, from, to) is { Evidence: >= BeyondDoubt } passage
                && Math.Min(passage.End, to) - Math.Max(passage.Start, from) >= LeastAnnouncementFrames)
            {
                return !library.Announcements[alignment.Reference].MeansTheSameAs(library.Announcements[known.Reference]);
            }
        }

        return false;
    }

    /// <summary>Whether a part of the recording is as loud as the announcement, to within 13 dB, for a second that the announcement does not explain.</summary>
    private bool SpeaksOn(Hearing known, int from, int to)
    {
        const float share = 0.05f;
        float power = 0, count = 0;
        for (var frame = known.Start; frame < known.End; frame++)
        {
            if (!known.Covers(frame))
                continue;
            power += _verifier.Recording.Power[frame];
            count++;
        }

        var unexplained = 0;
        for (var frame = from; frame < to; frame++)
            unexplained += _verifier.Sounds(frame) && _verifier.Recording.Power[frame] * count >= share * power && !known.Covers(frame) ? 1 : 0;
        return unexplained >= LeastAnnouncementFrames;
    }

    /// <summary>Finds the announcement in a part of the recording, to its end where no other is given, as if there were no more of it.</summary>
    private MatchedAnnouncement? MatchIn(
        int from, int? to, ReadOnlySpan<float> samples, ReadOnlySpan<float> features, IReadOnlyList<ToneBurst> tones,
        AnnouncementLibrary library, double leastConfidence)
    {
        var startS = from * FrameS;
        var alignments = _search.Search(features[(from * LogMel.Bands)..((to * LogMel.Bands) ?? features.Length)], library.Index);
        var tonesOfPart = tones.Select(tone => tone with { StartS = tone.StartS - startS, EndS = tone.EndS - startS }).ToArray();
        _verifier.Load(samples[(from * PhaseSpectra.HopSamples)..((to * PhaseSpectra.HopSamples) ?? samples.Length)], tonesOfPart);
        return Surest(alignments, library, leastConfidence) is var (_, matched)
            ? matched with { StartS = matched.StartS + startS, EndS = matched.EndS + startS }
            : null;
    }

    /// <summary>Spectra of the last recording.</summary>
    internal PhaseSpectra Spectra => _verifier.Recording;

    /// <summary>Every reference that shares audio with the recording, whatever it means, the surest first.</summary>
    /// <inheritdoc cref="Match"/>
    internal List<Hearing> HearAll(
        ReadOnlySpan<float> samples, ReadOnlySpan<float> features, IReadOnlyList<ToneBurst> tones, AnnouncementLibrary library)
    {
        var alignments = _search.Search(features, library.Index);
        _verifier.Load(samples, tones);
        _verifier.Recording.MuteSteadyTones();
        var heard = Hear(alignments, library, surestOnly: false);
        heard.RemoveAll(hearing => hearing.Evidence < LeastEvidence);
        return heard;
    }

    private Grounds GroundsOf(Hearing hearing, double missing, double lead) =>
        new(hearing.Evidence, (hearing.End - hearing.Start) * FrameS, missing, lead, hearing.Passages.Count, _verifier.SoundingFrames * FrameS);

    /// <summary>Mean coherence of the waveforms, as a share of a clean copy's.</summary>
    internal static double LikenessOf(Hearing hearing) => Math.Clamp(hearing.Mean() / CleanCoherence, 0, 1);

    /// <summary>The candidates that were heard, the best first; none after the first that is beyond doubt, where the surest is enough.</summary>
    private List<Hearing> Hear(ReadOnlySpan<Alignment> alignments, AnnouncementLibrary library, bool surestOnly)
    {
        var heard = new List<Hearing>();
        var recording = _verifier.Recording;
        var isNoisy = recording.PowerExceededBy(0.1) < NoisyRatio * recording.PowerExceededBy(0.9);
        var candidates = surestOnly && isNoisy ? CandidatesInNoise : Candidates;
        foreach (var alignment in alignments[..Math.Min(candidates, alignments.Length)])
        {
            _verifier.Take(library.Samples(alignment.Reference));
            if (_verifier.Verify(alignment.OffsetSamples) is not { } passage)
                continue;
            var hearing = new Hearing(alignment.Reference, passage);
            heard.Add(hearing);
            if (passage.Evidence < LeastPassage)
                continue;
            AddRepeats(hearing, library.Index);
            _verifier.Follow(hearing);
            if (surestOnly && hearing.Evidence >= BeyondDoubt)
                break;
        }

        heard.Sort((a, b) => b.Evidence.CompareTo(a.Evidence));
        return heard;
    }

    /// <summary>Looks for a reference at the other alignments at which it sounds like the recording.</summary>
    private void AddRepeats(Hearing hearing, PatchIndex index)
    {
        Span<Alignment> others = stackalloc Alignment[AlignmentsOfCandidate];
        foreach (var other in others[.._search.Align(index, hearing.Reference, others)])
        {
            if (!hearing.IsAlignedTo(other.OffsetSamples) && _verifier.Verify(other.OffsetSamples) is { Evidence: >= LeastPassage } repeated)
                hearing.Add(repeated);
        }
    }

    /// <summary>
    /// Announcements put together from the same words are alike over whole passages. Those that mean something else than the best are held
    /// against the recording just where they are like it, however well they stood among the candidates; the best may change by that.
    /// </summary>
    private void AddTwins(List<Hearing> heard, ReadOnlySpan<Alignment> alignments, AnnouncementLibrary library)
    {
        var best = heard[0];
        LoadTwin(library.Index, best.Reference);
        Span<Alignment> alike = stackalloc Alignment[AlignmentsOfCandidate];
        foreach (var alignment in alignments[..Math.Min(TwinCandidates, alignments.Length)])
        {
            if (library.Announcements[best.Reference].MeansTheSameAs(library.Announcements[alignment.Reference]))
                continue;
            var twins = alike[.._twin.Align(library.Index, alignment.Reference, alike)];
            if (twins.IsEmpty || twins[0].Likeness < LeastTwinLikeness)
                continue;
            _verifier.Take(library.Samples(alignment.Reference));
            var hearing = heard.Find(h => h.Reference == alignment.Reference);
            foreach (var twin in twins)
            {
                if (twin.Likeness < LeastTwinLikeness)
                    break;
                foreach (var passage in best.Passages)
                {
                    var offset = passage.Offset + twin.OffsetSamples;
                    if (hearing?.IsAlignedTo(offset) == true || _verifier.Verify(offset, passage.Start, passage.End) is not { Evidence: >= LeastPassage } found)
                        continue;
                    if (hearing is null)
                        heard.Add(hearing = new Hearing(alignment.Reference, found));
                    else
                        hearing.Add(found);
                }
            }

            if (hearing is { Evidence: >= LeastPassage })
            {
                AddRepeats(hearing, library.Index);
                _verifier.Follow(hearing);
            }
        }

        heard.Sort((a, b) => b.Evidence.CompareTo(a.Evidence));
    }

    private void LoadTwin(PatchIndex index, int reference)
    {
        var codes = Room.Of(ref _twinCodes, index.DecodedBytes(reference, TwinHop));
        index.Decode(reference, TwinHop, codes);
        _twin.Load(codes, TwinHop * PatchIndex.HopFrames);
    }

    /// <summary>Looks for a reference where the recording contradicts it.</summary>
    /// <param name="hearing">Where it was heard; takes what is found.</param>
    /// <param name="library">The references.</param>
    /// <param name="from">The first frame of the part that is looked at.</param>
    /// <param name="to">The frame after its last.</param>
    /// <returns>Whether it was heard there.</returns>
    internal bool Reconcile(Hearing hearing, AnnouncementLibrary library, int from, int to)
    {
        _verifier.Take(library.Samples(hearing.Reference));
        return _verifier.Nearby(hearing, from, to) is { } found && hearing.Improve(found, LeastPassage);
    }

    /// <summary>
    /// Within or after the match the announcement speaks on and so does the recording, but not alike: another announcement that begins with
    /// the same recording. Before it, too, where the match is short: an announcement that shares a word. A long match may well follow music.
    /// </summary>
    /// <param name="best">Where the announcement was heard.</param>
    /// <param name="mayRepeat">The announcement may hold itself more than once, as a recording of a call does.</param>
    /// <param name="lacking">How many frames' worth of coherence the last stretch lacks that is unlike and not made up for.</param>
    /// <returns>Where it does so, and is not like it again for as long; null where it does not.</returns>
    internal Contradiction? GoesOnOtherwise(Hearing best, bool mayRepeat, out float lacking)
    {
        const float aboveNoise = 1.2f, leastShare = 0.05f;
        float matched = 0, frames = 0;
        for (var frame = best.Start; frame < best.End; frame++)
        {
            if (!best.Covers(frame) || best.At(frame) is null)
                continue;
            matched += _verifier.Recording.Power[frame];
            frames++;
        }

        matched /= frames;
        var speech = Math.Max(matched * leastShare, aboveNoise * MathF.Sqrt(_verifier.Recording.PowerExceededBy(0.9) * matched));
        var mean = best.Mean();
        var expected = Math.Min(mean, Verifier.MostOfFrame) / 2;
        // The clearer the line, the surer a syllable (0.1 to 0.18 s) that is missing. Where packets were lost, up to half a second may be.
        var most = Math.Clamp(13 - (18 * mean), 5, 9);
        const float mostWherePacketsWereLost = 25;
        float missing = 0, peak = 0;
        int from = 0, to = 0, last = 0, sentence = -BeginFrames, spoken = 0;
        var isAtBegin = false;
        Passage? known = null;
        for (var frame = best.Evidence < BeyondDoubt ? 0 : best.Start; frame < best.Reach; frame++)
        {
            if (best.PassageAt(frame) is { } passage && passage != known)
            {
                if (known is not null && passage.SlippedFrom(known) && peak <= mostWherePacketsWereLost)
                    missing = peak = 0;
                known = passage;
            }

            if ((mayRepeat ? best.AtBeside(frame, BeyondDoubt) : best.At(frame)) is not { } coherence || _verifier.Recording.Power[frame] < speech)
                continue;
            if (last > 0 && frame - last > LeastPauseFrames)
                sentence = frame;
            if (missing == 0 || (frame == sentence && peak <= most))
                (from, isAtBegin, spoken) = (frame, frame - sentence < BeginFrames, 0);
            (last, spoken) = (frame, spoken + 1);
            missing = Math.Max(0, missing + 1 - (Math.Min(coherence, Verifier.MostOfFrame) / expected));
            to = missing > peak ? frame + 1 : to;
            peak = missing == 0 ? 0 : Math.Max(peak, missing);
        }

        lacking = peak;
        return peak > most ? new Contradiction(from, to, isAtBegin && spoken < LeastSentenceFrames) : null;
    }
}
