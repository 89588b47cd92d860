using System.Collections.Concurrent;

namespace EmptyNumber.AppHost.LocalEngine.Running;

/// <summary>What the children write: all of it to their log files, what matters to the screen, under the child's name.</summary>
internal sealed class ProcessOutput(DataFolder folder, bool verbose) : IDisposable
{
    /// <summary>How the console logger of .NET begins a line that deserves attention.</summary>
    private static readonly string[] Alarming = ["warn: ", "fail: ", "crit: "];

    private const string StackFrame = "   at ";

    private readonly ConcurrentBag<LogFile> _files = [];

    /// <summary>For a server: its notices are for the file; when it fails, its last lines are shown with the failure.</summary>
    public Action<string, bool> ForServer(string resource) => To(resource, 0, resource, (_, _) => false);

    /// <summary>For a .NET process: warnings, errors, and what it cries out before it has a logger, less the stack traces.</summary>
    public Action<string, bool> ForProject(string resource, int replica, string label) =>
        To(resource, replica, label, (line, isError) =>
            Alarming.Any(start => line.StartsWith(start, StringComparison.Ordinal)) || (isError && !line.StartsWith(StackFrame, StringComparison.Ordinal)));

    public void Dispose()
    {
        foreach (var file in _files)
            file.Dispose();
    }

    private Action<string, bool> To(string resource, int replica, string label, Func<string, bool, bool> shown)
    {
        var file = new LogFile(folder.LogOf(resource, replica));
        _files.Add(file);
        return (line, isError) =>
        {
            file.Write(line);
            if (verbose || shown(line, isError))
                Terminal.WriteLine($"[{label}] {line}");
        };
    }
}
