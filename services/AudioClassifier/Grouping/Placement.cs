using EmptyNumber.AudioClassifier.Analysis;

namespace EmptyNumber.AudioClassifier.Grouping;

/// <summary>Where an unknown recording belongs.</summary>
/// <param name="Kind">Whether it joins a group, founds one, or tells too little.</param>
/// <param name="Group">The group that it joins; 0 otherwise.</param>
/// <param name="Same">Other groups that it shows to say the same.</param>
/// <param name="IsExemplar">Others are to be compared with it: it founds a group, or says more than the group's exemplars, or says it more clearly.</param>
/// <param name="By">What it has in common with the group's exemplar; null where it joins none.</param>
internal sealed record Placement(PlacementKind Kind, long Group, IReadOnlyList<long> Same, bool IsExemplar, Kinship? By);

/// <summary>Kinds of placement.</summary>
internal enum PlacementKind
{
    /// <summary>It is like a group's exemplars beyond doubt.</summary>
    Joins,

    /// <summary>It is like none, and long enough for others to be told from it.</summary>
    Founds,

    /// <summary>It is too short to found a group, or like several that are not alike.</summary>
    Loose,
}
