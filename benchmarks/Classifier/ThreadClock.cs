using System.Runtime.InteropServices;

namespace EmptyNumber.Benchmarks.Classifier;

/// <summary>Processor time of one thread or of all children that have ended, which other programs on the machine hardly change.</summary>
internal static class ThreadClock
{
    private const int ThreadCpuTime = 3;
    private const int Children = -1;

    /// <summary>Processor time that this thread has used.</summary>
    public static TimeSpan Now() => GetTime(ThreadCpuTime, out var time) == 0
        ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Rest / 1_000.0)
        : throw new InvalidOperationException("this system has no clock of threads");

    /// <summary>Processor time that all children used that have ended.</summary>
    public static TimeSpan OfChildren()
    {
        // Two times, then fourteen counters.
        var usage = new Time[9];
        return GetUsage(Children, usage) == 0
            ? usage.Take(2).Aggregate(TimeSpan.Zero, (sum, time) => sum + TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Rest))
            : throw new InvalidOperationException("this system does not count what children use");
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;

        /// <summary>Nanoseconds, or microseconds where it is a usage.</summary>
        public long Rest;
    }

    [DllImport("libc", EntryPoint = "clock_gettime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetTime(int clock, out Time time);

    [DllImport("libc", EntryPoint = "getrusage")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int GetUsage(int who, [Out] Time[] usage);
}
