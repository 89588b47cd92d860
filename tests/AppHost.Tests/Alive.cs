using EmptyNumber.TestSupport;

namespace EmptyNumber.AppHost.Tests;

/// <summary>Looks for processes as the kernel lists them.</summary>
internal static class Alive
{
    /// <summary>The ids of all processes whose command line or environment names the folder.</summary>
    public static IReadOnlyList<int> In(string folder) =>
        [.. Directory.GetDirectories("/proc").Select(Path.GetFileName).Where(name => int.TryParse(name, out _)).Select(name => int.Parse(name!))
            .Where(id => id != Environment.ProcessId && (Mentions(id, "cmdline", folder) || Mentions(id, "environ", folder)))];

    public static bool Process(int id) => Read(id, "stat") is { Length: > 0 } stat && !stat[stat.LastIndexOf(')')..].StartsWith(") Z", StringComparison.Ordinal);

    public static Task NoneAsync(Func<IReadOnlyList<int>> processes, TimeSpan deadline) =>
        Eventually.Async(() => Task.FromResult(!processes().Any(Process)), () => string.Join("; ", processes().Where(Process).Select(id => $"{id} {Read(id, "cmdline")}")), deadline);

    private static bool Mentions(int id, string file, string text) => Read(id, file).Contains(text, StringComparison.Ordinal);

    private static string Read(int id, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/{file}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
