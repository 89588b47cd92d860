using System.Runtime.InteropServices;
using EmptyNumber.Benchmarks.Baselines;

namespace EmptyNumber.Benchmarks.Measuring;

/// <summary>Where it was measured.</summary>
internal static class Machine
{
    /// <summary>Processor, memory, system, versions, and the load that others make already.</summary>
    /// <param name="withPostgres">Whether PostgreSQL takes part.</param>
    public static async Task<string> DescribeAsync(bool withPostgres)
    {
        var model = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim();
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30;
        var postgres = withPostgres ? $"{(await Psql.VersionAsync()).Trim()}; " : "";
        return $"{model ?? "unknown processor"}, {Environment.ProcessorCount} cores, {memory} GB; {RuntimeInformation.OSDescription}; "
            + $"{RuntimeInformation.FrameworkDescription}; {postgres}load average before the start {Load()}";
    }

    /// <summary>Load average of the last 1, 5 and 15 minutes.</summary>
    public static string Load() => string.Join(' ', File.ReadAllText("/proc/loadavg").Split(' ')[..3]);
}
