using System.CommandLine;
using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.AudioClassifier.Grouping;
using Spectre.Console;

namespace EmptyNumber.AudioClassifier;

/// <summary>
/// The verb <c>group</c>: the grouping of unknown recordings without servers. Reads recordings (CSV: path, …), compares them in the table's
/// order, and writes one line each (CSV: path, group), where the group is empty for those that are in none.
/// </summary>
internal static class Group
{
    /// <summary>Runs the verb.</summary>
    /// <param name="args">What follows the verb on the command line.</param>
    /// <returns>The exit code: 0, or 1 where the table or a recording could not be read.</returns>
    public static Task<int> RunAsync(string[] args)
    {
        var clips = new Option<FileInfo>("--clips") { Required = true, Description = "CSV of recordings" };
        var output = new Option<FileInfo>("--out") { Required = true, Description = "CSV of groups, written" };
        var command = new RootCommand("Groups the recordings of a table by what they say.") { clips, output };
        command.SetAction((parsed, cancel) => GroupAsync(parsed.GetRequiredValue(clips), parsed.GetRequiredValue(output), cancel));
        return command.Parse(args).InvokeAsync();
    }

    private static async Task<int> GroupAsync(FileInfo table, FileInfo output, CancellationToken cancel)
    {
        try
        {
            var paths = Evaluate.ReadPaths(table.FullName);
            var groups = await AnsiConsole.Progress()
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(progress => Task.Run(() => Place(table.DirectoryName!, paths, progress.AddTask("group", maxValue: Math.Max(1, paths.Count)), cancel), cancel));
            var groupOf = new int?[paths.Count];
            foreach (var (number, recordings) in groups.All.OrderByDescending(recordings => recordings.Count).Index())
            {
                foreach (var recording in recordings)
                    groupOf[recording] = number + 1;
            }

            await File.WriteAllLinesAsync(output.FullName, ["path,group", .. paths.Select((path, i) => $"{Evaluate.Quoted(path)},{groupOf[i]}")], cancel);
            return 0;
        }
        catch (Exception e) when (e is IOException or WavFormatException or InvalidDataException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"group: {e.Message}");
            return 1;
        }
    }

    /// <summary>Compares each with those before it; what found no company is compared again at the end, as the service does after a while.</summary>
    private static LocalGroups Place(string folder, List<string> paths, ProgressTask bar, CancellationToken cancel)
    {
        var groups = new LocalGroups();
        var alone = new List<int>();
        for (var i = 0; i < paths.Count; i++)
        {
            if (!Place(i))
                alone.Add(i);
            bar.Increment(1);
        }

        foreach (var i in alone)
            Place(i);
        return groups;

        bool Place(int i)
        {
            cancel.ThrowIfCancellationRequested();
            var samples = WavReader.Read(File.ReadAllBytes(Path.Combine(folder, paths[i]))).Samples;
            return !Enrolment.TryTrim(samples, out var speech, out _) || groups.Place(i, Take.Of(speech));
        }
    }
}
