using EmptyNumber.AudioClassifier.Analysis;
using Spectre.Console;

namespace EmptyNumber.Benchmarks.Accuracy;

/// <summary>The subject <c>accuracy</c>: how often the analysis is right, written to docs/accuracy.md.</summary>
internal static class AccuracyBenchmark
{
    public static async Task RunAsync(BenchOptions options, IAnsiConsole console, CancellationToken cancellationToken)
    {
        using var scratch = new Scratch();
        var (names, outcomes) = (new List<string>(), new List<IReadOnlyList<Outcome>>());
        foreach (var (name, corpus) in await Corpus.WantedAsync(options, firstSeed: 1, scratch, console, cancellationToken))
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
            await MeasuredPart.ReplaceAsync(document, options.Subject, tables, cancellationToken);
    }
}
