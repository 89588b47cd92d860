using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace EmptyNumber.ServiceDefaults.Recordings;

/// <summary>Brings the names in a directory to the disk: only then a new file is found again after a crash (fsync(2)).</summary>
internal static class DirectoryFlush
{
    /// <summary>O_RDONLY and O_CLOEXEC, open(2).</summary>
    private const int ReadOnlyClosedOnExec = 0x80000;

    /// <summary>Flushes a directory; on other systems than Linux there is nothing that could be called.</summary>
    /// <exception cref="IOException">The disk could not.</exception>
    public static void ToDisk(string directory)
    {
        if (!OperatingSystem.IsLinux())
            return;

        // .NET flushes any handle, but opens files only.
        using var handle = new SafeFileHandle(open(directory, ReadOnlyClosedOnExec), ownsHandle: true);
        if (handle.IsInvalid)
            throw new IOException($"{directory}: {Marshal.GetLastPInvokeErrorMessage()}");
        RandomAccess.FlushToDisk(handle);
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}
