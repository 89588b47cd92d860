namespace EmptyNumber.Detection.Model;

/// <summary>
/// Which operator's network a mobile number was issued in, by its segment (号段). Virtual operators count as their host.
/// </summary>
/// <remarks>
/// After 工业和信息化部《电信网编号计划（2017年版）》 and the segments that were assigned since. A number that was ported to
/// another operator (携号转网) keeps its segment, so this is the issuing network, not always today's.
/// </remarks>
public static class NumberingPlan
{
    private static readonly (Carrier Carrier, string[] Segments)[] Assigned =
    [
        (Carrier.ChinaMobile,
        [
            "134", "135", "136", "137", "138", "139", "1440", "147", "148", "150", "151", "152", "157", "158", "159",
            "165", "1703", "1705", "1706", "172", "178", "182", "183", "184", "187", "188", "195", "197", "198",
        ]),
        (Carrier.ChinaUnicom,
        [
            "130", "131", "132", "1400", "145", "146", "155", "156", "166", "167", "1704", "1707", "1708", "1709", "171",
            "175", "176", "185", "186", "196",
        ]),
        (Carrier.ChinaTelecom,
        [
            "133", "1349", "1410", "149", "153", "162", "1700", "1701", "1702", "173", "1740", "177", "180", "181", "189",
            "190", "191", "193", "199",
        ]),
        (Carrier.ChinaBroadnet, ["192"]),
    ];

    private static readonly Carrier[] BySegment = Index();

    /// <summary>The operator of a number in its national form.</summary>
    /// <returns><see cref="Carrier.Unknown"/> for a segment that is not assigned.</returns>
    public static Carrier CarrierOf(ReadOnlySpan<char> number) => BySegment[int.Parse(number[..4])];

    private static Carrier[] Index()
    {
        var index = new Carrier[10_000];
        foreach (var (carrier, segments) in Assigned)
        {
            foreach (var segment in segments.Where(segment => segment.Length == 3))
                Array.Fill(index, carrier, int.Parse(segment) * 10, 10);
        }

        // A segment of four digits is an exception from the one of three around it.
        foreach (var (carrier, segments) in Assigned)
        {
            foreach (var segment in segments.Where(segment => segment.Length == 4))
                index[int.Parse(segment)] = carrier;
        }

        return index;
    }
}
