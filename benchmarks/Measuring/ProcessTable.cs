using System.Diagnostics;
using System.Globalization;
using EmptyNumber.WholeSuite;

namespace EmptyNumber.Benchmarks.Measuring;

/// <summary>What <c>/proc</c> tells of groups of processes (proc(5)). A group is a process with all its descendants that are in no other group.</summary>
/// <param name="roots">The first process of each group.</param>
internal sealed class ProcessTable(IReadOnlyDictionary<string, int> roots)
{
    /// <summary>USER_HZ, which is 100 on every architecture that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    private readonly Dictionary<int, string> _groups = roots.ToDictionary(root => root.Value, root => root.Key);

    /// <summary>Each server and service of a suite, its launcher, and this program with the clients that it starts.</summary>
    public static ProcessTable Of(Suite suite)
    {
        var roots = suite.Processes.Where(process => process is { Pid: not null, Url: not null }).ToDictionary(process => process.Name, process => process.Pid!.Value);
        roots["launcher"] = suite.LauncherId;
        roots["benchmark"] = Environment.ProcessId;
        return new ProcessTable(roots);
    }

    /// <summary>Processor time used so far.</summary>
    public CpuTimes Read()
    {
        var processes = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? Process(id) : null)
            .OfType<Entry>().ToDictionary(process => process.Id);
        var used = roots.Keys.ToDictionary(group => group, _ => 0d);
        foreach (var process in processes.Values)
            if (GroupOf(process, processes) is { } group)
                used[group] += process.Seconds;

        // user nice system idle iowait irq softirq steal
        var machine = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1)
            .Select(ticks => double.Parse(ticks, CultureInfo.InvariantCulture) / TicksPerSecond).ToArray();
        return new CpuTimes(
            used, Busy: machine[0] + machine[1] + machine[2] + machine[5] + machine[6], Waiting: machine[4],
            Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency);
    }

    /// <summary>Begins a new measurement of a process's peak memory.</summary>
    public void ForgetPeak(string group) => File.WriteAllText($"/proc/{roots[group]}/clear_refs", "5");

    /// <summary>The most memory of its own that a process has had resident, in bytes: all but the pages of programs and libraries, which it shares.</summary>
    public long Peak(string group) => Status(group, "VmHWM") - Shared(group);

    /// <summary>How much of its memory now are pages of programs and libraries, in bytes.</summary>
    public long Shared(string group) => Status(group, "RssFile");

    private long Status(string group, string field) => File.ReadLines($"/proc/{roots[group]}/status")
        .Where(line => line.StartsWith(field + ":", StringComparison.Ordinal))
        .Select(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024).Single();

    private string? GroupOf(Entry process, Dictionary<int, Entry> processes)
    {
        for (var ancestor = process; ancestor is not null; ancestor = processes.GetValueOrDefault(ancestor.Parent))
            if (_groups.TryGetValue(ancestor.Id, out var group))
                return group;
        return null;
    }

    /// <summary>Null for a process that has ended meanwhile. The time of children that ended is their parent's.</summary>
    private static Entry? Process(int id)
    {
        try
        {
            // Behind the name, which is in brackets and may hold anything, the fields are numbered from 3.
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return new Entry(id, int.Parse(fields[4 - 3]), fields[(14 - 3)..(18 - 3)].Sum(long.Parse) / TicksPerSecond);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private sealed record Entry(int Id, int Parent, double Seconds);
}
