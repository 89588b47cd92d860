namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>Holds references against a recording, waveform by waveform. Not thread-safe; its buffers are used again.</summary>
public sealed class Verifier
{
    /// <summary>The most that a single frame proves: a vowel of the same pitch can be as coherent as the same recording.</summary>
    public const float MostOfFrame = 0.3f;

    /// <summary>Coherence that other speech rarely holds over a syllable, subtracted from each frame's.</summary>
    public const float Chance = 0.08f;

    private const int RateHz = Analysis.Recording.RateHz;
    private const int Hop = PhaseSpectra.HopSamples;
    private const int Half = PhaseSpectra.FrameSamples / 2;
    private const int LeastFrames = 8;

    // A reference speaks where it is within 30 dB of its loudest frame.
    private const float SpokenShare = 1e-3f;

    // A recording is idle at -70 dB of full scale, or 45 dB below its loudest frames.
    private const float IdlePower = 5e-3f;
    private const float IdleShare = 3e-5f;

    // Less is nothing. Beside a known passage it is proof that it goes on; it does so within 0.6 s.
    private const float LeastEvidence = 0.5f;
    private const int ContinuationFrames = 30;
    private const int MostContinuations = 12;

    // With the ± 30 ms that a delay is found in: up to seven packets of 20 ms lost in a pause, or one too many.
    private static readonly int[] Slips = [200, 600, 1000, -200];

    // From where a passage has the reference to where else it is looked for: a second, in steps of 50 ms.
    private const int FarthestSteps = 20;
    private const int StepSamples = 400;

    // By less than 0.3 s no delay is told; more than a second need not be looked at.
    private const int LeastPartFrames = 16;
    private const int MostPartFrames = 50;

    // A tone of this length is none of speech.
    private const double LeastToneS = 0.25;

    // Of what is heard, 0.4 % is less sharp; of other speech, 3/4.
    private const float LeastSharpness = 3.6f;

    private readonly PhaseSpectra _reference = new();
    private readonly DelayFinder _delay = new();
    private readonly Coherence _coherence = new();
    private float[] _samples = [];
    private float[] _course = [];
    private float[] _kept = [];
    private int _keptCount;
    private bool[] _mute = [];
    private int _length;

    /// <summary>Spectra of the recording.</summary>
    public PhaseSpectra Recording { get; } = new();

    /// <summary>How many frames of the recording are neither silent nor a tone.</summary>
    public int SoundingFrames { get; private set; }

    /// <summary>Takes the recording that references are to be held against.</summary>
    /// <param name="recording">8 kHz mono.</param>
    /// <param name="tones">Its pure tones: where they sound nothing is held against it, for all tones are alike, and so is what a codec makes of silence.</param>
    public void Load(ReadOnlySpan<float> recording, IReadOnlyList<ToneBurst> tones)
    {
        var frames = Math.Max(1, ((recording.Length - PhaseSpectra.FrameSamples) / Hop) + 1);
        Recording.Analyse(recording, 0, frames);
        _keptCount = 0;
        var mute = Room.Of(ref _mute, frames);
        var idle = Math.Max(IdlePower, IdleShare * Recording.PowerExceededBy(0.05));
        for (var frame = 0; frame < frames; frame++)
            mute[frame] = Recording.Power[frame] < idle;
        foreach (var tone in tones)
        {
            if (tone.Seconds < LeastToneS)
                continue;
            var first = (int)((tone.StartS * RateHz) - PhaseSpectra.FrameSamples) / Hop;
            var end = CeilingOfFrames((int)(tone.EndS * RateHz));
            mute[Math.Clamp(first, 0, frames)..Math.Clamp(end, 0, frames)].Fill(true);
        }

        SoundingFrames = mute.Count(false);
    }

    /// <summary>Whether a frame of the recording is neither silent nor a tone.</summary>
    public bool Sounds(int frame) => !_mute[frame];

    /// <summary>Takes the reference that is to be held against the recording.</summary>
    public void Take(Waveform reference)
    {
        _length = reference.Length;
        reference.CopyTo(Room.Of(ref _samples, _length));
    }

    /// <summary>Holds the reference against the recording.</summary>
    /// <param name="offset">Which of its samples lies at the recording's begin, to within 30 ms; negative when it begins later.</param>
    /// <returns>Null where the two hardly overlap, or have nothing in common.</returns>
    public Passage? Verify(int offset) => Verify(offset, 0, Recording.Frames);

    /// <summary>Holds the reference against the recording, if the two are alike in a part of it.</summary>
    /// <inheritdoc cref="Verify(int)"/>
    /// <param name="offset">Which of its samples lies at the recording's begin, to within 30 ms; negative when it begins later.</param>
    /// <param name="from">The first frame of the part.</param>
    /// <param name="to">The frame after its last.</param>
    public Passage? Verify(int offset, int from, int to) =>
        Delayed(offset, from, to) is ({ } delayed, >= LeastSharpness) ? Hold(delayed, 0, Recording.Frames) : null;

    /// <summary>
    /// Follows the reference where packets were lost or a buffer slipped: what lies beside a passage may go on some tens of milliseconds
    /// earlier or later.
    /// </summary>
    /// <param name="hearing">Takes the passages.</param>
    public void Follow(Hearing hearing)
    {
        foreach (var origin in hearing.Passages.ToArray())
        {
            var at = origin;
            for (var i = 0; i < MostContinuations && Beside(at, at.End, 1) is { } next; i++, at = next)
                hearing.Add(next);
            at = origin;
            for (var i = 0; i < MostContinuations && Beside(at, at.Start, -1) is { } previous; i++, at = previous)
                hearing.Add(previous);
        }
    }

    /// <summary>
    /// Looks for the reference in a part of the recording, up to a second from where the passages that are known have it: when an announcement is said
    /// again, it need not be after the same pause.
    /// </summary>
    /// <param name="hearing">The passages that are known.</param>
    /// <param name="from">The first frame of the part.</param>
    /// <param name="to">The frame after its last.</param>
    public Passage? Nearby(Hearing hearing, int from, int to)
    {
        to = Math.Clamp(to, from + LeastPartFrames, from + MostPartFrames);
        var tried = new HashSet<int>();
        (int Offset, float Sharpness) best = default;
        foreach (var passage in hearing.Passages)
        {
            for (var step = (passage.Offset / StepSamples) - FarthestSteps; step <= (passage.Offset / StepSamples) + FarthestSteps; step++)
            {
                if (tried.Add(step) && Delayed(step * StepSamples, from, to) is ({ } delayed, var sharpness) && sharpness > best.Sharpness)
                    best = (delayed, sharpness);
            }
        }

        return best.Sharpness >= LeastSharpness && Hold(best.Offset, from, Recording.Frames) is { } found && found.Start < to ? found : null;
    }

    /// <summary>The passage that goes on after another (1) or goes before it (−1).</summary>
    private Passage? Beside(Passage passage, int edge, int direction)
    {
        var (near, far) = direction > 0 ? (edge, edge + ContinuationFrames) : (edge - ContinuationFrames, edge);
        var (from, to) = direction > 0 ? (edge, Recording.Frames) : (0, edge);
        if (!SpeaksOn(passage, near, far))
            return null;
        Passage? best = null;
        foreach (var slip in Slips)
        {
            if (Delayed(passage.Offset + (direction * slip), near, far) is ({ } delayed, _)
                && Hold(delayed, from, to) is { } found
                && found.Start < far && found.End > near
                && (best is null || found.Evidence > best.Evidence))
            {
                best = found;
            }
        }

        return best;
    }

    /// <summary>Whether the recording is as loud in a part as in a passage, to within 13 dB, for a syllable at least.</summary>
    private bool SpeaksOn(Passage passage, int from, int to)
    {
        const float share = 0.05f;
        var power = 0f;
        for (var frame = passage.Start; frame < passage.End; frame++)
            power += Recording.Power[frame];
        power *= share / Math.Max(1, passage.End - passage.Start);
        var loud = 0;
        for (var frame = Math.Max(0, from); frame < Math.Min(to, Recording.Frames); frame++)
            loud += Recording.Power[frame] >= power && !_mute[frame] ? 1 : 0;
        return loud >= LeastFrames;
    }

    /// <summary>The offset, corrected by the delay within a part of the recording, and how sharp that is; null where the two hardly overlap.</summary>
    private (int? Offset, float Sharpness) Delayed(int offset, int from, int to)
    {
        if (Overlap(offset, from, to) is not var (first, end))
            return default;
        var (delay, sharpness) = _delay.Find(Recording, first, _samples.AsSpan(0, _length), (first * Hop) + offset, _mute, end - first);
        return (offset - delay, sharpness);
    }

    /// <summary>Holds the reference against a part of the recording at one alignment.</summary>
    private Passage? Hold(int offset, int from, int to)
    {
        if (Overlap(offset, from, to) is not var (first, end))
            return null;
        _reference.Analyse(_samples.AsSpan(0, _length), (first * Hop) + offset, end - first);
        var course = Room.Of(ref _course, _reference.Frames);
        _coherence.Course(Recording, first, _reference, course);
        return Judge(offset, first, course);
    }

    /// <summary>The frames of the recording, within a part of it, that the reference overlaps; null where they are too few.</summary>
    private (int First, int End)? Overlap(int offset, int from, int to)
    {
        var first = Math.Max(Math.Max(from, 0), CeilingOfFrames(-offset - Half));
        var end = Math.Min(Math.Min(to, Recording.Frames), CeilingOfFrames(_length - offset - Half));
        return end - first >= LeastFrames ? (first, end) : null;
    }

    private Passage? Judge(int offset, int first, Span<float> course)
    {
        var loudest = 0f;
        for (var i = 0; i < course.Length; i++)
            loudest = Math.Max(loudest, _reference.Power[i]);

        // The stretch whose excess over chance sums up highest.
        var (sum, from) = (0f, 0);
        var (evidence, start, end) = (0f, 0, 0);
        for (var i = 0; i < course.Length; i++)
        {
            if (_reference.Power[i] < loudest * SpokenShare || _mute[first + i])
            {
                course[i] = float.NaN;
                continue;
            }

            sum += Math.Min(course[i], MostOfFrame) - Chance;
            if (sum <= 0)
                (sum, from) = (0, i + 1);
            else if (sum > evidence)
                (evidence, start, end) = (sum, from, i + 1);
        }

        return evidence < LeastEvidence
            ? null
            : new Passage(offset, first, Keep(course), evidence, first + start, first + end);
    }

    private ReadOnlyMemory<float> Keep(ReadOnlySpan<float> course)
    {
        if (_kept.Length - _keptCount < course.Length)
            (_kept, _keptCount) = (new float[(_kept.Length + course.Length) * 2], 0);
        var kept = _kept.AsMemory(_keptCount, course.Length);
        course.CopyTo(kept.Span);
        _keptCount += course.Length;
        return kept;
    }

    private static int CeilingOfFrames(int samples) => (int)Math.Ceiling((double)samples / Hop);
}
