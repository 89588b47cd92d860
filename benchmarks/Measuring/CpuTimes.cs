namespace EmptyNumber.Benchmarks.Measuring;

/// <summary>Processor seconds by who used them, over some stretch of time.</summary>
/// <param name="ByUser">Seconds of each group of processes.</param>
/// <param name="Busy">Seconds of all processes of the machine.</param>
/// <param name="Waiting">Seconds without work because a disk had not answered.</param>
/// <param name="Elapsed">Seconds on the clock.</param>
internal sealed record CpuTimes(IReadOnlyDictionary<string, double> ByUser, double Busy, double Waiting, double Elapsed)
{
    /// <summary>None yet.</summary>
    public static CpuTimes None { get; } = new(new Dictionary<string, double>(), 0, 0, 0);

    /// <summary>Seconds of processes that are in no group.</summary>
    public double Others => Math.Max(0, Busy - ByUser.Values.Sum());

    public static CpuTimes operator +(CpuTimes left, CpuTimes right) => Combine(left, right, 1);

    public static CpuTimes operator -(CpuTimes left, CpuTimes right) => Combine(left, right, -1);

    private static CpuTimes Combine(CpuTimes left, CpuTimes right, int sign) => new(
        left.ByUser.Keys.Union(right.ByUser.Keys).ToDictionary(user => user, user => left.ByUser.GetValueOrDefault(user) + sign * right.ByUser.GetValueOrDefault(user)),
        left.Busy + sign * right.Busy, left.Waiting + sign * right.Waiting, left.Elapsed + sign * right.Elapsed);
}
