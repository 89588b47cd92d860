using System.Diagnostics;

namespace EmptyNumber.Benchmarks.Baselines;

/// <summary>Runs PostgreSQL's own client programs.</summary>
internal static class Client
{
    /// <returns>What it wrote.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message says what it complained of.</exception>
    public static async Task<string> RunAsync(string program, string[] arguments, string input, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PGCLIENTENCODING"] = "UTF8";
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var errors = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program}: {await errors}");
    }
}
