namespace EmptyNumber.AppHost.LocalEngine.Processes;

/// <summary>
/// A process of an earlier launcher on the same folder. After <c>kill -9</c> of a launcher its servers take some seconds to
/// close their files; a second server on those files would ruin them.
/// </summary>
internal static class Remnant
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Notes the process that now owns the folder.</summary>
    public static void Note(string file, int processId) => File.WriteAllText(file, $"{processId} {StartTime(processId)}");

    /// <summary>Waits for the process noted in the file to end, and kills it when it does not.</summary>
    public static async Task AwaitEndAsync(string file, CancellationToken ct)
    {
        if (!File.Exists(file) || (await File.ReadAllTextAsync(file, ct)).Split(' ') is not [var id, var start]
            || !int.TryParse(id, out var processId))
            return;
        var deadline = Environment.TickCount64 + (long)Grace.TotalMilliseconds;
        while (StartTime(processId) == start)
        {
            if (Environment.TickCount64 > deadline)
                Signals.Send(processId, Signal.Kill);
            await Task.Delay(Pause, ct);
        }
    }

    /// <summary>Field 22 of /proc/pid/stat (proc(5)): with it, an id that was given to another process is told apart.</summary>
    private static string? StartTime(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[19];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or IOException)
        {
            return null;
        }
    }
}
