namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>What a recording and a reference have in common: the same recorded audio, not the same words.</summary>
/// <param name="Reference">Index in the library.</param>
/// <param name="Evidence">Coherence in excess of chance, summed: how sure it is.</param>
/// <param name="Likeness">Mean coherence of the waveforms, as a share of a clean copy's: 0 to 1.</param>
/// <param name="StartS">Where the recording begins to be like it, in seconds.</param>
/// <param name="EndS">Where that ends.</param>
/// <param name="OfRecording">The share of the recording that it explains, 0 to 1.</param>
/// <param name="OfReference">The share of the reference that was heard, 0 to 1.</param>
/// <param name="Dissent">Whether somewhere both speak and are not alike: two announcements that share audio.</param>
public sealed record Kinship(
    int Reference, float Evidence, double Likeness, double StartS, double EndS, double OfRecording, double OfReference, Dissent Dissent);

/// <summary>Whether two recordings that share audio say the same.</summary>
public enum Dissent
{
    /// <summary>Nowhere do both speak and say something else.</summary>
    None,

    /// <summary>They do for a few syllables after a pause: too little to keep a recording from a group, and too much to make one group of two.</summary>
    Slight,

    /// <summary>They do.</summary>
    Plain,
}

/// <summary>
/// Compares a recording with every reference of a library. Where <see cref="Matcher"/> decides what a call says, this tells what is
/// the same audio and how much of it. Not thread-safe; its buffers are used again.
/// </summary>
public sealed class Comparison
{
    private const int Hop = PhaseSpectra.HopSamples;

    // A frame of the recording is speech within 13 dB of the mean of what was recognised.
    private const float LeastShareOfPower = 0.05f;

    // The edges of a match lie within a syllable of the truth, and packets are lost.
    private const int MostUnexplainedFrames = 30;

    // Sentences of an announcement that is said again, each after a pause of its own.
    private const int MostReconciled = 4;

    private readonly Matcher _matcher = new();
    private readonly Features _features = new();

    /// <summary>The references that share audio with a recording, the surest first.</summary>
    /// <param name="samples">The recording's speech, 8 kHz mono.</param>
    /// <param name="library">The references.</param>
    public IReadOnlyList<Kinship> With(ReadOnlySpan<float> samples, AnnouncementLibrary library)
    {
        if (library.Announcements.Count == 0)
            return [];
        _features.Analyse(samples);
        var frames = Math.Max(1, samples.Length / Hop);
        var kin = new List<Kinship>();
        foreach (var hearing in _matcher.HearAll(samples, _features.LogMel, ToneDetector.Find(_features.Spectrogram), library))
            kin.Add(Judge(hearing, frames, library));
        kin.Sort((a, b) => b.Evidence.CompareTo(a.Evidence));
        return kin;
    }

    private Kinship Judge(Hearing hearing, int frames, AnnouncementLibrary library)
    {
        var contradiction = Contradicts(hearing);
        for (var i = 0; i < MostReconciled && contradiction is var (from, to, _) && _matcher.Reconcile(hearing, library, from, to); i++)
            contradiction = Contradicts(hearing);

        var ofRecording = 0;
        var reference = new bool[(library.Samples(hearing.Reference).Length + Hop - 1) / Hop];
        for (var frame = hearing.Start; frame < hearing.End; frame++)
        {
            if (hearing.PassageAt(frame) is not { } passage)
                continue;
            ofRecording++;
            var at = ((frame * Hop) + passage.Offset) / Hop;
            if ((uint)at < (uint)reference.Length)
                reference[at] = true;
        }

        // A frame is longer than a hop: the last ones of either side are never reached.
        const int unreached = (PhaseSpectra.FrameSamples - Hop) / Hop;
        return new Kinship(
            hearing.Reference,
            hearing.Evidence,
            Matcher.LikenessOf(hearing),
            (double)hearing.Start * Hop / Recording.RateHz,
            (double)hearing.End * Hop / Recording.RateHz,
            Math.Min(1, (double)ofRecording / Math.Max(1, frames - unreached)),
            Math.Min(1, (double)reference.Count(heard => heard) / Math.Max(1, reference.Length - unreached)),
            contradiction switch { null => Dissent.None, { IsSlight: true } => Dissent.Slight, _ => Dissent.Plain });
    }

    private Contradiction? Contradicts(Hearing hearing)
    {
        var otherwise = _matcher.GoesOnOtherwise(hearing, mayRepeat: true, out _);
        return otherwise is { IsSlight: false } ? otherwise : Unexplained(hearing) ?? otherwise;
    }

    /// <summary>The longest stretch that sounds in the recording, where the reference is heard elsewhere but not there; null where it is short.</summary>
    private Contradiction? Unexplained(Hearing hearing)
    {
        var recording = _matcher.Spectra;
        float power = 0, frames = 0;
        for (var frame = hearing.Start; frame < hearing.End; frame++)
        {
            power += hearing.Covers(frame) ? recording.Power[frame] : 0;
            frames += hearing.Covers(frame) ? 1 : 0;
        }

        var least = power / frames * LeastShareOfPower;
        int run = 0, from = 0;
        var longest = (Frames: 0, From: 0, To: 0);
        for (var frame = 0; frame < Math.Min(hearing.Reach, recording.Frames); frame++)
        {
            if (hearing.Covers(frame))
                run = 0;
            else if (hearing.AtBeside(frame, Matcher.BeyondDoubt) is not null && recording.Power[frame] >= least)
            {
                from = run++ == 0 ? frame : from;
                longest = run > longest.Frames ? (run, from, frame + 1) : longest;
            }
        }

        return longest.Frames > MostUnexplainedFrames ? new Contradiction(longest.From, longest.To, IsSlight: false) : null;
    }
}
