using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using CsvHelper;
using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.Contracts;
using Spectre.Console;

namespace EmptyNumber.AudioClassifier;

/// <summary>
/// The verb <c>evaluate</c>: the analysis without servers. Reads a library (CSV: id, path, state, …) and clips (CSV: path, …), and writes one
/// verdict a clip (CSV: path, state, announcement_id, confidence, tone, elapsed_ms, start_s, end_s). Paths are relative to the table that names them.
/// </summary>
internal static class Evaluate
{
    private const int MostJobs = 256;

    private static readonly Signalling NoSignalling = new(null, null, null);

    /// <summary>Runs the verb.</summary>
    /// <param name="args">What follows the verb on the command line.</param>
    /// <returns>The exit code: 0, or 1 where a table could not be read.</returns>
    public static Task<int> RunAsync(string[] args)
    {
        var library = new Option<FileInfo>("--library") { Required = true, Description = "CSV of announcements" };
        var clips = new Option<FileInfo>("--clips") { Required = true, Description = "CSV of recordings" };
        var output = new Option<FileInfo>("--out") { Required = true, Description = "CSV of verdicts, written" };
        var least = NumberOption.Of("--least-confidence", Grounds.LeastConfidence, 0.0, 1.0, "how sure an announcement must be to decide");
        var jobs = NumberOption.Of("--jobs", 1, 1, MostJobs, "recordings analysed at once");
        var command = new RootCommand("Analyses the recordings of a table and writes their verdicts.") { library, clips, output, least, jobs };
        command.SetAction((parsed, cancel) => EvaluateAsync(
            parsed.GetRequiredValue(library), parsed.GetRequiredValue(clips), parsed.GetRequiredValue(output),
            new CallAnalyzer(parsed.GetValue(least)), parsed.GetValue(jobs), cancel));
        return command.Parse(args).InvokeAsync();
    }

    private static async Task<int> EvaluateAsync(FileInfo libraryTable, FileInfo clipsTable, FileInfo output, CallAnalyzer analyzer, int jobs, CancellationToken cancel)
    {
        try
        {
            var library = AnnouncementLibrary.Build(AnnouncementPack.ReadTable(libraryTable.FullName));
            var paths = ReadPaths(clipsTable.FullName);
            var results = await AnsiConsole.Progress()
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(async progress => await AnalyseAsync(library, clipsTable.DirectoryName!, paths, analyzer, jobs, progress, cancel));
            await File.WriteAllLinesAsync(
                output.FullName, ["path,state,announcement_id,confidence,tone,elapsed_ms,start_s,end_s", .. results], cancel);
            return 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
        {
            await Console.Error.WriteLineAsync($"evaluate: {e.Message}");
            return 1;
        }
    }

    private static async Task<string[]> AnalyseAsync(
        AnnouncementLibrary library, string folder, List<string> paths, CallAnalyzer analyzer, int jobs, ProgressContext progress, CancellationToken cancel)
    {
        var bar = progress.AddTask("evaluate", maxValue: Math.Max(1, paths.Count));
        var results = new string[paths.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = jobs, CancellationToken = cancel };
        await Parallel.ForAsync(0, paths.Count, options, async (i, token) =>
        {
            var wav = await File.ReadAllBytesAsync(Path.Combine(folder, paths[i]), token);
            results[i] = Line(paths[i], wav, analyzer, library);
            bar.Increment(1);
        });
        return results;
    }

    private static string Line(string path, byte[] wav, CallAnalyzer analyzer, AnnouncementLibrary library)
    {
        var began = Stopwatch.GetTimestamp();
        Verdict? verdict;
        try
        {
            verdict = analyzer.Analyze(wav, NoSignalling, library);
        }
        catch (WavFormatException)
        {
            // A recording that can't be read decides nothing; its line is empty but for the path.
            verdict = null;
        }

        var elapsedMs = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Quoted(path)},{(int?)verdict?.State},{Quoted(verdict?.Announcement?.Id ?? "")},{verdict?.Confidence:0.####},{verdict?.Tone?.ToString().ToLowerInvariant()},{elapsedMs:0.###},{verdict?.Announcement?.StartS:0.###},{verdict?.Announcement?.EndS:0.###}");
    }

    internal static List<string> ReadPaths(string table)
    {
        var paths = new List<string>();
        using var rows = CsvReader.FromFile(table);
        while (rows.Read())
            paths.Add(rows.GetString("path"));
        return paths;
    }

    internal static string Quoted(string field) => field.AsSpan().ContainsAny(",\"\n") ? $"\"{field.Replace("\"", "\"\"")}\"" : field;
}
