using System.Globalization;
using System.Text.RegularExpressions;

namespace EmptyNumber.Benchmarks.Baselines;

/// <summary>PostgreSQL's own load generator: what the product's statement yields without the product.</summary>
/// <param name="port">Port of the server on this machine.</param>
/// <param name="database">The database.</param>
internal sealed partial class Pgbench(int port, string database)
{
    /// <summary>Runs a script so many times on each of some connections, all at once.</summary>
    /// <param name="script">File with the script; <c>:client_id</c> is the connection, from 0, and <c>:turn</c>, 0 at first, is the script's own on each.</param>
    /// <param name="connections">How many connections.</param>
    /// <param name="turns">How often the script runs on each.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Seconds from the moment at which all connections stood until the last run was over.</returns>
    public async Task<double> RunAsync(string script, int connections, int turns, CancellationToken cancellationToken)
    {
        var output = await Client.RunAsync(
            "pgbench", ["-n", "-f", script, "-c", $"{connections}", "-j", "2", "-t", $"{turns}", "-D", "turn=0", "-h", "127.0.0.1", "-p", $"{port}", "-U", "postgres", database],
            input: "", cancellationToken);
        if (!output.Contains($"actually processed: {connections * turns}/{connections * turns}", StringComparison.Ordinal))
            throw new InvalidOperationException($"pgbench: {output}");
        return connections * turns / double.Parse(TransactionsPerSecond().Match(output).Groups[1].ValueSpan, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^tps = ([0-9.]+) \(without initial connection time\)", RegexOptions.Multiline)]
    private static partial Regex TransactionsPerSecond();
}
