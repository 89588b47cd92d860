using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Grouping;

/// <summary>
/// Groups unknown recordings by what they say, one after another. Announcements are the same recording played again, so a second library
/// grows of what was heard: each group is known by a few exemplars, and a recording joins the group whose exemplar has its very waveform.
/// </summary>
/// <remarks>
/// Recordings begin late and end early. One that an exemplar contains joins its group; one that contains an exemplar joins and becomes an
/// exemplar itself, and joins groups that were founded by parts of it. What two groups merely share, such as an opening, joins neither.
/// Not thread-safe.
/// </remarks>
internal sealed class Groups
{
    /// <summary>Exemplars of a group; the least worth goes when there are more.</summary>
    public const int ExemplarsOfGroup = 6;

    /// <summary>What a recording is worth at least that others are compared with.</summary>
    private const double LeastWorth = 2;

    private const double LeastOverlapS = 0.8;
    private const double LeastEvidence = 2;

    /// <summary>Of whichever is shorter, this share must lie in the other.</summary>
    private const double LeastShare = 0.65;

    /// <summary>Of the part in a whole, when groups are joined by it.</summary>
    private const double LeastPart = 0.7;

    /// <summary>An exemplar that explains less of a recording than this says less than it.</summary>
    private const double SaysLess = 0.75;

    /// <summary>A recording that shares so much with an exemplar, and contradicts it nowhere plainly, may say no more than that.</summary>
    private const double LeastEvidenceOfSame = 4;

    /// <summary>Of the recording, then; a word that two announcements have in common is less.</summary>
    private const double LeastShareOfSame = 0.25;

    /// <summary>A recording of which this share lies in an exemplar says nothing else than that.</summary>
    private const double Whole = 0.9;

    /// <summary>What the exemplars of two groups have in common by this makes one of them, where a recording is like both.</summary>
    private const double LeastEvidenceToJoin = 10;

    /// <summary>Of that, the share by which some may contradict each other.</summary>
    private const double MostOdd = 0.5;

    /// <summary>A group whose evidence is this share of the best one's may as well be the right one.</summary>
    private const double NearlyAsEvident = 0.7;

    /// <summary>A recording that is worth so many times what the best exemplar is becomes one.</summary>
    private const double MuchClearer = 1.25;

    private readonly Comparison _comparison = new();
    private readonly Dictionary<long, Exemplar> _exemplars = [];
    private readonly Dictionary<(long, long), (double With, double Against)> _votes = [];
    private long[] _order = [];
    private AnnouncementLibrary? _library = AnnouncementLibrary.Empty;

    /// <summary>The exemplars that recordings are compared with, and their groups.</summary>
    public IEnumerable<(long Exemplar, long Group)> Exemplars => _exemplars.Select(exemplar => (exemplar.Key, exemplar.Value.Group));

    /// <summary>Adds an exemplar.</summary>
    /// <returns>The exemplars of its group that are one too many for it.</returns>
    public IReadOnlyList<long> Add(long exemplar, long group, Take take)
    {
        var announcement = new Announcement($"{exemplar}", NumberState.Unknown, null, false, "", "", "", take.Samples);
        _exemplars[exemplar] = new Exemplar(group, take.Worth, Reference.Prepare(announcement));
        _library = null;
        ForgetVotes(group);
        return Surplus(group);
    }

    /// <summary>Forgets an exemplar.</summary>
    public void Remove(long exemplar)
    {
        if (!_exemplars.Remove(exemplar, out var removed))
            return;
        _library = null;
        ForgetVotes(removed.Group);
    }

    /// <summary>An exemplar belongs to another group now.</summary>
    public void Move(long exemplar, long group)
    {
        ForgetVotes(_exemplars[exemplar].Group);
        ForgetVotes(group);
        _exemplars[exemplar] = _exemplars[exemplar] with { Group = group };
    }

    /// <summary>Makes one group of two.</summary>
    /// <returns>The exemplars that are one too many for it.</returns>
    public IReadOnlyList<long> Merge(long from, long into)
    {
        foreach (var (exemplar, _) in Exemplars.Where(pair => pair.Group == from).ToList())
            Move(exemplar, into);
        return Surplus(into);
    }

    /// <summary>Tells where a recording belongs; nothing changes by that.</summary>
    /// <param name="take">Its speech.</param>
    /// <param name="except">A group that is not asked: its own.</param>
    public Placement Place(Take take, long? except = null)
    {
        var kin = Like(take, except);
        var groups = kin.Select(group => (group.Id, Kin: group.Kin.FindAll(k => IsAlike(k, take)))).Where(group => group.Kin.Count > 0)
            .OrderByDescending(group => group.Kin[0].Evidence).ToList();
        if (groups.Count == 0)
        {
            // What lies in a group by half, and in noise beside, would found a second group of the same announcement.
            var perhaps = kin.SelectMany(group => group.Kin)
                .FirstOrDefault(k => k.Dissent != Dissent.Plain && k.Evidence >= LeastEvidenceOfSame && k.OfRecording >= LeastShareOfSame);
            return take.Worth >= LeastWorth && perhaps is null ? new Placement(PlacementKind.Founds, 0, [], true, null) : Loose(perhaps);
        }

        // The group that explains the recording best; where another does so as well and is not shown to be the same, neither.
        var best = groups[0];
        List<long> same = [];
        foreach (var rival in groups.Skip(1))
        {
            if (AreSame(rival, best))
                same.Add(rival.Id);
            else if (rival.Kin[0].Evidence > best.Kin[0].Evidence * NearlyAsEvident)
                return Loose(best.Kin[0]);
        }

        var worth = _exemplars.Values.Where(exemplar => exemplar.Group == best.Id).Max(exemplar => exemplar.Worth);
        var isExemplar = take.Worth >= LeastWorth
            && (best.Kin.Max(k => k.OfRecording) < SaysLess || take.Worth > worth * MuchClearer);
        return new Placement(PlacementKind.Joins, best.Id, same, isExemplar, best.Kin[0]);
    }

    private static bool IsPart(List<Kinship> kin) => kin.Exists(k => k.OfRecording >= LeastPart || k.OfReference >= LeastPart);

    private static Placement Loose(Kinship? by) => new(PlacementKind.Loose, 0, [], false, by);

    /// <summary>The groups that it shares audio with and that do not contradict it, with the exemplars of which it does, the most evident first.</summary>
    private List<(long Id, List<Kinship> Kin)> Like(Take take, long? except)
    {
        if (_library is null)
        {
            _order = [.. _exemplars.Keys];
            _library = AnnouncementLibrary.Of(_order.Select(exemplar => _exemplars[exemplar].Reference));
        }

        return
        [
            .. _comparison.With(take.Samples, _library).Where(kin => kin.Evidence >= LeastEvidence).GroupBy(kin => GroupOf(kin.Reference))
                .Where(group => group.Key != except && !IsContradicted(group)).Select(group => (group.Key, group.ToList())),
        ];
    }

    /// <summary>
    /// Whether a recording says something else than a group. One exemplar that it shares audio with and contradicts is enough, as others may have no more
    /// than the opening that two announcements share; unless one holds the whole of it as surely.
    /// </summary>
    private static bool IsContradicted(IEnumerable<Kinship> kin)
    {
        var against = kin.Where(k => k.Dissent == Dissent.Plain).Select(k => k.Evidence).DefaultIfEmpty().Max();
        return against > 0 && !kin.Any(k => k.Dissent != Dissent.Plain && k.OfRecording >= Whole && k.Evidence >= against);
    }

    /// <summary>
    /// Whether two groups that a recording is like are one. What it has of both may be no more than they share; so their exemplars are heard against one
    /// another, each way, as one may show a difference where the other does not. One exemplar may be odd, and is outvoted. Two parts of a whole have
    /// nothing to say against each other, nor for it.
    /// </summary>
    private bool AreSame((long Id, List<Kinship> Kin) rival, (long Id, List<Kinship> Kin) best)
    {
        var joins = IsPart(best.Kin) && rival.Kin.Exists(k => k.OfReference >= LeastPart);
        if (!joins && rival.Kin[0].Evidence <= best.Kin[0].Evidence * NearlyAsEvident)
            return false;
        var (with, against) = Votes(rival.Id, best.Id);
        return against <= with * MostOdd && (joins || with >= LeastEvidenceToJoin);
    }

    /// <summary>
    /// The evidence of the pairs of exemplars of two groups that agree, and of those that do not. Many recordings are like the same two groups: it is
    /// remembered until an exemplar of one of them changes, though those of others have a part in which are compared.
    /// </summary>
    private (double With, double Against) Votes(long one, long other)
    {
        var pair = (Math.Min(one, other), Math.Max(one, other));
        return _votes.TryGetValue(pair, out var known) ? known : _votes[pair] = CountVotes(one, other);
    }

    private (double With, double Against) CountVotes(long one, long other)
    {
        var votes = Heard(one, other).Concat(Heard(other, one)).ToLookup(kin => kin.Dissent == Dissent.None, kin => kin.Evidence);
        return (votes[true].Sum(), votes[false].Sum());

        IEnumerable<Kinship> Heard(long group, long against) =>
            Enumerable.Range(0, _order.Length).Where(i => GroupOf(i) == group).SelectMany(i => _comparison.With(_library!.SamplesOf(i), _library))
                .Where(kin => kin.Evidence >= LeastEvidence && GroupOf(kin.Reference) == against);
    }

    private void ForgetVotes(long group)
    {
        foreach (var pair in _votes.Keys)
        {
            if (pair.Item1 == group || pair.Item2 == group)
                _votes.Remove(pair);
        }
    }

    /// <summary>The group of an exemplar, by its place in the library.</summary>
    private long GroupOf(int reference) => _exemplars[_order[reference]].Group;

    private static bool IsAlike(Kinship kin, Take take) =>
        kin.OfRecording * take.Seconds >= LeastOverlapS && Math.Max(kin.OfRecording, kin.OfReference) >= LeastShare;

    private List<long> Surplus(long group)
    {
        var worst = _exemplars.Where(exemplar => exemplar.Value.Group == group)
            .OrderByDescending(exemplar => exemplar.Value.Worth).Skip(ExemplarsOfGroup).Select(exemplar => exemplar.Key).ToList();
        foreach (var exemplar in worst)
            Remove(exemplar);
        return worst;
    }

    private sealed record Exemplar(long Group, double Worth, Reference Reference);
}
