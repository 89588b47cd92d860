using EmptyNumber.Contracts;

namespace EmptyNumber.Detection.Model;

/// <summary>Counts of records by final state, kept as one array a row so that they move together with what they count.</summary>
public static class StateCounts
{
    /// <summary>The state that each place of such an array counts.</summary>
    public static IReadOnlyList<NumberState> Slots { get; } = [.. NumberStates.All.Where(state => state != NumberState.Pending)];

    /// <summary>The counts that are not zero, by the state's value, as the API shows them.</summary>
    public static IReadOnlyDictionary<string, long> ByState(IEnumerable<long> counts) =>
        Slots.Zip(counts).Where(slot => slot.Second != 0).ToDictionary(slot => ((int)slot.First).ToString(), slot => slot.Second);
}
