using EmptyNumber.AudioClassifier.Analysis;
using Spectre.Console;

namespace EmptyNumber.Benchmarks.Accuracy;

/// <summary>The subject <c>accuracy</c>: how often the analysis is right, written to docs/accuracy.md.</summary>
internal static class AccuracyBenchmark
{
    private const string Begin = "<!-- measured: ./bench accuracy writes what follows -->";
    private const string End = "<!-- end of what was measured -->";

    public static async Task RunAsync(BenchOptions options, IAnsiConsole console, CancellationToken cancellationToken)
    {
        using var scratch = new Scratch();
        var (names, outcomes) = (new List<string>(), new List<IReadOnlyList<Outcome>>());
        foreach (var (name, corpus) in await CorporaAsync(options, scratch, console, cancellationToken))
        {
            console.WriteLine($"Analysing {name}.");
            var library = AnnouncementLibrary.Build(AnnouncementPack.ReadTable(corpus.Library));
            names.Add(name);
            outcomes.Add(Outcome.Of(corpus.Clips(), library, cancellationToken));
        }

        if (outcomes.Count > 1)
        {
            names.Add("together");
            outcomes.Add([.. outcomes.SelectMany(corpus => corpus)]);
        }

        var tables = new AccuracyTables(names, outcomes).Write();
        console.Profile.Out.Writer.WriteLine(tables);
        if (options.Document is { } document)
            await ReplaceAsync(document, tables, cancellationToken);
    }

    private static async Task<List<(string Name, Corpus Corpus)>> CorporaAsync(
        BenchOptions options, Scratch scratch, IAnsiConsole console, CancellationToken cancellationToken)
    {
        if (options.Corpora.Count > 0)
            return [.. options.Corpora.Select(folder => (Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), new Corpus(folder)))];
        var corpora = new List<(string, Corpus)>();
        for (var seed = 1; seed <= options.Seeds; seed++)
        {
            console.WriteLine($"Making the corpus of seed {seed}.");
            string[] size = options.Quick ? ["--clips", "200"] : [];
            corpora.Add(($"seed {seed}", await Corpus.MakeAsync(options.Tool, scratch.Folder($"seed-{seed}"), ["--seed", $"{seed}", .. size], cancellationToken)));
        }

        return corpora;
    }

    /// <summary>Puts the tables between the two marks of a document.</summary>
    private static async Task ReplaceAsync(string path, string tables, CancellationToken cancellationToken)
    {
        var text = await File.ReadAllTextAsync(path, cancellationToken);
        var (begin, end) = (text.IndexOf(Begin, StringComparison.Ordinal), text.IndexOf(End, StringComparison.Ordinal));
        if (begin < 0 || end < begin)
            throw new InvalidDataException($"{path} has no place for what was measured, between '{Begin}' and '{End}'.");
        await File.WriteAllTextAsync(path, $"{text[..(begin + Begin.Length)]}\n\n{tables}\n{text[end..]}", cancellationToken);
    }
}
