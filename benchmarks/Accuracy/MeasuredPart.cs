namespace EmptyNumber.Benchmarks.Accuracy;

/// <summary>What a benchmark writes of a document: what stands between its two marks.</summary>
internal static class MeasuredPart
{
    private const string End = "<!-- end of what was measured -->";

    /// <summary>Puts tables between the marks.</summary>
    /// <param name="path">The document.</param>
    /// <param name="subject">The benchmark, as on the command line.</param>
    /// <param name="tables">What it measured.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="InvalidDataException">The document has no such marks.</exception>
    public static async Task ReplaceAsync(string path, string subject, string tables, CancellationToken cancellationToken)
    {
        var begin = $"<!-- measured: ./bench {subject} writes what follows -->";
        var text = await File.ReadAllTextAsync(path, cancellationToken);
        var from = text.IndexOf(begin, StringComparison.Ordinal);
        var to = from < 0 ? -1 : text.IndexOf(End, from, StringComparison.Ordinal);
        if (to < 0)
            throw new InvalidDataException($"{path} has no place for what was measured, between '{begin}' and '{End}'.");
        await File.WriteAllTextAsync(path, $"{text[..(from + begin.Length)]}\n\n{tables}\n{text[to..]}", cancellationToken);
    }
}
