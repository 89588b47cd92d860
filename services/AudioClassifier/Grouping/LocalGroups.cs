namespace EmptyNumber.AudioClassifier.Grouping;

/// <summary>Groups recordings without a database, one after another: the same placements as <see cref="GroupStore"/>'s. Not thread-safe.</summary>
internal sealed class LocalGroups
{
    private readonly Groups _groups = new();
    private readonly Dictionary<long, List<int>> _recordings = [];
    private readonly Dictionary<int, long> _groupOf = [];
    private long _last;

    /// <summary>The recordings of each group, by the numbers that they were given.</summary>
    public IEnumerable<IReadOnlyList<int>> All => _recordings.Values;

    /// <summary>Recordings that others are compared with.</summary>
    public int Exemplars => _groups.Exemplars.Count();

    /// <summary>Gives a recording its place. One that does not share its place with others may be given again, when others have come.</summary>
    /// <param name="recording">Its number.</param>
    /// <param name="take">Its speech.</param>
    /// <returns>Whether it shares its place.</returns>
    public bool Place(int recording, Take take)
    {
        long? own = _groupOf.TryGetValue(recording, out var group) ? group : null;
        if (own is { } known && _recordings[known].Count > 1)
            return true;
        var placement = _groups.Place(take, except: own);
        if (placement.Kind != PlacementKind.Joins)
        {
            if (own is null && placement.Kind == PlacementKind.Founds)
                Add(recording, ++_last, take, isExemplar: true);
            return false;
        }

        if (own is { } left)
            Forget(left);
        Add(recording, placement.Group, take, placement.IsExemplar);
        foreach (var same in placement.Same)
            Merge(same, placement.Group);
        return true;
    }

    private void Add(int recording, long group, Take take, bool isExemplar)
    {
        if (!_recordings.TryGetValue(group, out var recordings))
            _recordings[group] = recordings = [];
        recordings.Add(recording);
        _groupOf[recording] = group;
        if (isExemplar)
            _groups.Add(++_last, group, take);
    }

    private void Merge(long from, long into)
    {
        _recordings.Remove(from, out var moved);
        _recordings[into].AddRange(moved!);
        foreach (var recording in moved!)
            _groupOf[recording] = into;
        _groups.Merge(from, into);
    }

    private void Forget(long group)
    {
        _recordings.Remove(group);
        foreach (var (exemplar, _) in _groups.Exemplars.Where(pair => pair.Group == group).ToList())
            _groups.Remove(exemplar);
    }
}
