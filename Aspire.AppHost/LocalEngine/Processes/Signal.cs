using System.ComponentModel;
using System.Runtime.InteropServices;

namespace EmptyNumber.AppHost.LocalEngine.Processes;

/// <summary>The signals that the engine sends, by their Linux numbers (signal(7)).</summary>
internal enum Signal
{
    None = 0,
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
}

internal static class Signals
{
    private const int NoSuchProcess = 3;

    /// <summary>The name that <c>setpriv --pdeathsig</c> knows it by.</summary>
    public static string ShortName(this Signal signal) => signal switch
    {
        Signal.Interrupt => "INT",
        Signal.Kill => "KILL",
        Signal.Terminate => "TERM",
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "not a signal that ends a process"),
    };

    /// <summary>Sends a signal to a process, or to a process group when <paramref name="id"/> is negative.</summary>
    /// <returns>False when there is no such process any more.</returns>
    public static bool Send(int id, Signal signal)
    {
        if (kill(id, (int)signal) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        return error == NoSuchProcess ? false : throw new Win32Exception(error);
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);
}
