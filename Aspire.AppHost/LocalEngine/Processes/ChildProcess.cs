using System.Diagnostics;

namespace EmptyNumber.AppHost.LocalEngine.Processes;

/// <summary>A child that the kernel ends when this process does, however this process ends.</summary>
/// <remarks>
/// <c>setsid</c> gives it a session of its own, so that Ctrl-C reaches the launcher alone, and makes its id that of its
/// process group. <c>setpriv --pdeathsig</c> has the kernel end it when <see cref="ParentThread"/> ends.
/// A launcher killed in the moment before that call would leave an orphan; hence the shell, which compares its parent.
/// All three exec, so the id is the program's own.
/// </remarks>
internal sealed class ChildProcess
{
    private const string OnlyUnderParent = "[ \"$PPID\" = \"$0\" ] && exec \"$@\"";
    private static readonly TimeSpan DrainLimit = TimeSpan.FromSeconds(2);

    private readonly Signal _stopSignal;

    private ChildProcess(int id, Signal stopSignal, Task<int> exited)
    {
        Id = id;
        _stopSignal = stopSignal;
        Exited = exited;
    }

    /// <summary>Process id, and id of the process group.</summary>
    public int Id { get; }

    /// <summary>Ends with the exit code when the process has; 128 + n after signal n.</summary>
    public Task<int> Exited { get; }

    /// <summary>Starts it.</summary>
    /// <param name="command">What to start.</param>
    /// <param name="output">Gets each line that it writes, and whether it was to standard error.</param>
    public static Task<ChildProcess> StartAsync(ChildCommand command, Action<string, bool> output) =>
        ParentThread.RunAsync(() => Start(command, output));

    /// <summary>Asks it to stop, and kills its whole group when it has not within <paramref name="grace"/>.</summary>
    public async Task StopAsync(TimeSpan grace)
    {
        if (Exited.IsCompleted)
            return;
        Signals.Send(Id, _stopSignal);
        try
        {
            await Exited.WaitAsync(grace);
        }
        catch (TimeoutException)
        {
            await KillAsync();
        }
    }

    /// <summary>Kills it and what it started, at once.</summary>
    public async Task KillAsync()
    {
        if (Exited.IsCompleted)
            return;
        Signals.Send(-Id, Signal.Kill);
        await Exited;
    }

    private static ChildProcess Start(ChildCommand command, Action<string, bool> output)
    {
        var process = new Process
        {
            StartInfo = Wrap(command),
            EnableRaisingEvents = true,
        };
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        process.Exited += (_, _) => ended.TrySetResult();
        process.Start();
        var id = process.Id;
        process.StandardInput.Close();
        var drained = Task.WhenAll(
            ReadAsync(process.StandardOutput, line => output(line, false)),
            ReadAsync(process.StandardError, line => output(line, true)));
        return new ChildProcess(id, command.StopSignal, WaitAsync(process, ended.Task, drained));
    }

    private static ProcessStartInfo Wrap(ChildCommand command)
    {
        var start = new ProcessStartInfo(Programs.Find("setsid", "util-linux"))
        {
            WorkingDirectory = command.WorkingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] identity = command.User is { } user && Environment.IsPrivilegedProcess
            ? ["--reuid", user, "--regid", user, "--init-groups"]
            : [];
        foreach (var argument in (IEnumerable<string>)
            [
                Programs.Find("setpriv", "util-linux"), "--pdeathsig", (command.DeathSignal ?? command.StopSignal).ShortName(), .. identity, "--",
                "/bin/sh", "-c", OnlyUnderParent, $"{Environment.ProcessId}", command.Program, .. command.Arguments,
            ])
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var (name, value) in command.Environment)
            start.Environment[name] = value;
        return start;
    }

    private static async Task<int> WaitAsync(Process process, Task ended, Task drained)
    {
        using (process)
        {
            await ended;
            // A process that it left behind may hold the pipes open: its output is no part of this one's life.
            await Task.WhenAny(drained, Task.Delay(DrainLimit));
            return process.ExitCode;
        }
    }

    private static async Task ReadAsync(StreamReader reader, Action<string> line)
    {
        try
        {
            while (await reader.ReadLineAsync() is { } text)
                line(text);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The process has ended and its pipe was closed under us.
        }
    }
}
