namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// All passages of the recording in which one reference was heard: an announcement that is repeated is heard at several alignments, and
/// one that lost packets shifts on the way.
/// </summary>
public sealed class Hearing
{
    private readonly List<Passage> _passages = [];

    /// <param name="reference">Index in the library.</param>
    /// <param name="first">The passage that was found first.</param>
    public Hearing(int reference, Passage first)
    {
        Reference = reference;
        Start = first.Start;
        Take(first);
    }

    /// <summary>Index in the library.</summary>
    public int Reference { get; }

    /// <summary>The passages, in the order in which they were found.</summary>
    public IReadOnlyList<Passage> Passages => _passages;

    /// <summary>Coherence in excess of chance, summed over all passages.</summary>
    public float Evidence { get; private set; }

    /// <summary>The recording's frame where the first match begins.</summary>
    public int Start { get; private set; }

    /// <summary>The recording's frame after the last match.</summary>
    public int End { get; private set; }

    /// <summary>The recording's frame after the last that any alignment reaches.</summary>
    public int Reach { get; private set; }

    /// <summary>Adds a passage, unless it lies within one that is known.</summary>
    /// <returns>Whether it was added.</returns>
    public bool Add(Passage passage)
    {
        var known = 0;
        for (var frame = passage.Start; frame < passage.End; frame++)
            known += Covers(frame) ? 1 : 0;
        if (2 * known > passage.End - passage.Start)
            return false;
        Take(passage);
        return true;
    }

    /// <summary>Adds a passage by as much as it explains and the others do not.</summary>
    /// <param name="passage">The passage, found where the others have it otherwise.</param>
    /// <param name="least">The evidence that makes it worth it.</param>
    /// <returns>Whether it was added.</returns>
    public bool Improve(Passage passage, float least)
    {
        var lead = 0f;
        for (var frame = passage.Start; frame < passage.End; frame++)
        {
            if (passage.At(frame) is { } coherence)
                lead += Capped(coherence) - Math.Max(Verifier.Chance, Covers(frame) ? Capped(At(frame) ?? 0) : 0);
        }

        if (lead < least)
            return false;
        Take(passage);
        Evidence += lead - passage.Evidence;
        return true;
    }

    /// <summary>Whether a passage has an alignment, to within 30 ms.</summary>
    /// <param name="offset">Which of the reference's samples lies at the recording's begin.</param>
    public bool IsAlignedTo(int offset)
    {
        foreach (var passage in _passages)
        {
            if (Math.Abs(passage.Offset - offset) <= 240)
                return true;
        }

        return false;
    }

    /// <summary>Whether a frame of the recording belongs to a match.</summary>
    public bool Covers(int frame) => PassageAt(frame) is not null;

    /// <summary>The passage whose match a frame of the recording belongs to.</summary>
    public Passage? PassageAt(int frame)
    {
        foreach (var passage in _passages)
        {
            if (passage.Covers(frame))
                return passage;
        }

        return null;
    }

    /// <summary>The best coherence at a frame of the recording; null where no alignment has the reference speak.</summary>
    public float? At(int frame)
    {
        float? best = null;
        foreach (var passage in _passages)
        {
            if (passage.At(frame) is { } coherence && (best is null || coherence > best))
                best = coherence;
        }

        return best;
    }

    /// <summary>
    /// The best coherence at a frame of the recording; behind a match null also where the reference speaks neither at its alignment nor at that of the
    /// next. A recording that has gone over to another alignment, as an announcement that is said again does, is not held to those that it has left.
    /// </summary>
    /// <param name="frame">The recording's frame.</param>
    /// <param name="sure">Evidence of a match by which a recording has gone over to another alignment: more than a word.</param>
    public float? AtBeside(int frame, float sure)
    {
        Passage? before = null, after = null;
        foreach (var passage in _passages)
        {
            if (passage.Covers(frame))
                return At(frame);
            if (passage.End <= frame)
                before = passage.Evidence >= sure && (before is null || passage.End > before.End) ? passage : before;
            else
                after = after is null || passage.Start < after.Start ? passage : after;
        }

        return before is not null && before.At(frame) is null && after?.At(frame) is null ? null : At(frame);
    }

    /// <summary>Mean coherence over the matches, where the reference speaks.</summary>
    public float Mean()
    {
        float sum = 0, count = 0;
        foreach (var passage in _passages)
        {
            for (var frame = passage.Start; frame < passage.End; frame++)
            {
                if (passage.At(frame) is not { } coherence)
                    continue;
                sum += coherence;
                count++;
            }
        }

        return count > 0 ? sum / count : 0;
    }

    /// <summary>How much of the recording this explains and another does not: coherence, summed over the frames of this one's matches.</summary>
    public float LeadOver(Hearing other)
    {
        var lead = 0f;
        for (var frame = Start; frame < End; frame++)
        {
            if (Covers(frame) && At(frame) is { } coherence)
                lead += Capped(coherence) - Capped(other.At(frame) ?? 0);
        }

        return lead;
    }

    private void Take(Passage passage)
    {
        _passages.Add(passage);
        Evidence += passage.Evidence;
        Start = Math.Min(Start, passage.Start);
        End = Math.Max(End, passage.End);
        Reach = Math.Max(Reach, passage.FirstFrame + passage.Coherence.Length);
    }

    private static float Capped(float coherence) => Math.Clamp(coherence, 0, Verifier.MostOfFrame);
}
