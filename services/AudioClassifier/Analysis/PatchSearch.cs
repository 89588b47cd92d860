namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// Finds the references that sound most like a recording: a glance at all of them by every fourth patch, then a closer look at the likely
/// ones. Not thread-safe; its buffers are used again.
/// </summary>
public sealed class PatchSearch
{
    /// <summary>Likeness of patches that is taken for chance.</summary>
    internal const float Chance = 0.35f;

    // References that are looked at closely: of a small library all, of a large one a few hundred.
    private const int LeastLikely = 256;
    private const int OneInLikely = 64;

    // Recordings longer than 4 s are coded in steps of 160 ms, shorter ones of 80 ms. At a glance, the steps go through all places that a
    // patch can have between two of a series: 220 ms and 100 ms.
    private const int ShortFrames = 200;
    private const float ChanceAtAGlance = 0.45f;
    private const int Ranks = 16_384;

    private readonly PatchQuery _query = new(Chance);
    private readonly PatchQuery _glance = new(ChanceAtAGlance);
    private readonly SpeechPatch _patches = new();
    private readonly int[] _countOfRank = new int[Ranks];
    private ushort[] _ranks = [];
    private Alignment[] _alignments = [];

    /// <summary>Finds the alignments at which references sound most like the recording, one each, the most like first.</summary>
    /// <param name="features">The recording's log-mel frames.</param>
    /// <param name="index">The references.</param>
    /// <returns>Those that sound like it at all, 256 or more if there are as many. Valid until the next search.</returns>
    public ReadOnlySpan<Alignment> Search(ReadOnlySpan<float> features, PatchIndex index)
    {
        var isShort = features.Length / LogMel.Bands <= ShortFrames;
        var hop = isShort ? 4 : 8;
        _patches.Load(features);
        _query.Load(_patches.Encode(hop), hop);
        var least = 0;
        var likely = LeastLikely + (index.Count / OneInLikely);
        if (index.Count > likely)
        {
            hop = isShort ? 5 : 11;
            _glance.Load(_patches.Encode(hop), hop);
            least = RankOf(index, likely);
        }

        var alignments = Room.Of(ref _alignments, index.Count);
        var found = 0;
        for (var reference = 0; reference < index.Count; reference++)
        {
            if (least == 0 || _ranks[reference] >= least)
                found += _query.Align(index, reference, alignments.Slice(found, 1));
        }

        alignments = alignments[..found];
        alignments.Sort((a, b) => b.Likeness.CompareTo(a.Likeness));
        return alignments;
    }

    /// <summary>Finds the best alignments of one reference with the last recording, 0.3 s or more from one another.</summary>
    /// <param name="index">The references.</param>
    /// <param name="reference">Which.</param>
    /// <param name="best">Takes the alignments, the best first.</param>
    /// <returns>How many there are.</returns>
    public int Align(PatchIndex index, int reference, Span<Alignment> best) => _query.Align(index, reference, best);

    /// <summary>The rank that about so many references have or exceed.</summary>
    private int RankOf(PatchIndex index, int wanted)
    {
        var ranks = Room.Of(ref _ranks, index.Count);
        _countOfRank.AsSpan().Clear();
        for (var reference = 0; reference < index.Count; reference++)
        {
            ranks[reference] = (ushort)Math.Min(Ranks - 1, _glance.Glance(index, reference));
            _countOfRank[ranks[reference]]++;
        }

        var rank = Ranks;
        for (var count = 0; count < wanted && rank > 1; count += _countOfRank[rank])
            rank--;
        return rank;
    }
}
