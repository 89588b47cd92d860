using System.Globalization;
using System.Text.RegularExpressions;

namespace EmptyNumber.Benchmarks.Baselines;

/// <summary>PostgreSQL's own client, what the baselines run in.</summary>
/// <param name="port">Port of the server on this machine.</param>
/// <param name="database">The database.</param>
internal sealed partial class Psql(int port, string database)
{
    /// <summary>Runs a script.</summary>
    /// <returns>The sum of what psql's own <c>\timing</c> says of its statements; its start is not in it.</returns>
    public async Task<TimeSpan> RunAsync(string script, CancellationToken cancellationToken)
    {
        var output = await Client.RunAsync(
            "psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", "127.0.0.1", "-p", $"{port}", "-U", "postgres", "-d", database], "\\timing on\n" + script + "\n", cancellationToken);
        return TimeSpan.FromMilliseconds(Timing().Matches(output).Sum(match => double.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)));
    }

    /// <summary>Such as <c>psql (PostgreSQL) 15.18</c>.</summary>
    public static Task<string> VersionAsync() => Client.RunAsync("psql", ["--version"], "", CancellationToken.None);

    [GeneratedRegex("^Time: ([0-9.]+) ms", RegexOptions.Multiline)]
    private static partial Regex Timing();
}
