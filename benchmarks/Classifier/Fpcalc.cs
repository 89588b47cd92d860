using System.Diagnostics;

namespace EmptyNumber.Benchmarks.Classifier;

/// <summary><c>fpcalc -raw</c> of Debian's libchromaprint-tools, which makes a fingerprint of a recording and compares it with nothing.</summary>
internal static class Fpcalc
{
    /// <summary>Whether it makes a fingerprint of a recording: it makes none of those shorter than about 3 s.</summary>
    public static bool Takes(string path) => Run([path]).Contains("FINGERPRINT=", StringComparison.Ordinal);

    /// <summary>Processor time for some recordings, a process for each or one for all.</summary>
    public static TimeSpan Measure(IReadOnlyList<string> paths, bool together)
    {
        var before = ThreadClock.OfChildren();
        if (together)
        {
            Run(paths);
        }
        else
        {
            foreach (var path in paths)
                Run([path]);
        }

        return ThreadClock.OfChildren() - before;
    }

    private static string Run(IReadOnlyList<string> paths)
    {
        using var process = Process.Start(new ProcessStartInfo("fpcalc", ["-raw", "-ignore-errors", .. paths]) { RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException("fpcalc can't be started");
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }
}
