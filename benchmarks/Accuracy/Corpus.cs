using System.Diagnostics;
using CsvHelper;
using EmptyNumber.Contracts;
using Spectre.Console;

namespace EmptyNumber.Benchmarks.Accuracy;

/// <summary>A folder of announcements and of calls whose state is known: <c>library.csv</c>, <c>clips.csv</c> and the WAV files that they name.</summary>
/// <param name="Folder">Where it is.</param>
internal sealed record Corpus(string Folder)
{
    /// <summary>The announcements.</summary>
    public string Library => Path.Combine(Folder, "library.csv");

    /// <summary>The table of its calls.</summary>
    public string Calls => Path.Combine(Folder, "clips.csv");

    /// <summary>The corpora that were asked for; where none is named, they are made.</summary>
    /// <param name="options">What was asked for.</param>
    /// <param name="firstSeed">The seed of the first that is made.</param>
    /// <param name="scratch">Where to.</param>
    /// <param name="console">Says which.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static async Task<IReadOnlyList<(string Name, Corpus Corpus)>> WantedAsync(
        BenchOptions options, int firstSeed, Scratch scratch, IAnsiConsole console, CancellationToken cancellationToken)
    {
        if (options.Corpora.Count > 0)
            return [.. options.Corpora.Select(folder => (Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)), new Corpus(folder)))];
        var corpora = new List<(string, Corpus)>();
        for (var seed = firstSeed; seed < firstSeed + options.Seeds; seed++)
        {
            console.WriteLine($"Making the corpus of seed {seed}.");
            string[] size = options.Quick ? ["--clips", "200"] : [];
            corpora.Add(($"seed {seed}", await MakeAsync(options.Tool, scratch.Folder($"seed-{seed}"), ["--seed", $"{seed}", .. size], cancellationToken)));
        }

        return corpora;
    }

    /// <summary>Makes a corpus.</summary>
    /// <param name="tool">The corpus tool: a program that takes <c>--out</c>, <c>--seed</c>, <c>--tts</c>, <c>--clips</c> and <c>--distractors</c>.</param>
    /// <param name="folder">Where to.</param>
    /// <param name="options">Its further options.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="InvalidOperationException">The tool failed; the message is what it said.</exception>
    public static async Task<Corpus> MakeAsync(string tool, string folder, IEnumerable<string> options, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(tool, ["--out", folder, "--tts", .. options]) { RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{tool} can't be started");
        try
        {
            var said = await process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"{tool} ended with {process.ExitCode}: {said}");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        return new Corpus(folder);
    }

    /// <summary>The calls.</summary>
    public IReadOnlyList<Clip> Clips()
    {
        var clips = new List<Clip>();
        using var rows = CsvReader.FromFile(Calls);
        while (rows.Read())
        {
            string Field(string name) => rows.GetString(name);
            clips.Add(new Clip(
                Path.Combine(Folder, Field("path")), int.Parse(Field("expected_state")), Field("expected_tone"), Field("kind"),
                Field("expected_id").Length > 0, Field("splice") == "1", Field("speech_s"), Field("snr_db"), Field("noise"), Field("codec"), Field("line"),
                Field("loss_pct"), Field("prefix") == "ringback", double.Parse(Field("seconds"))));
        }

        return clips;
    }
}

/// <summary>A call whose state is known.</summary>
/// <param name="Path">Its recording.</param>
/// <param name="State">Its state; 0 where the sound does not tell.</param>
/// <param name="Tone">The tone that is in it, empty where there is none.</param>
/// <param name="Kind">known, unknown, tone, silence, noise, music or answered.</param>
/// <param name="HasAnnouncement">An announcement of the library is heard in it, alone or after a tone.</param>
/// <param name="IsSplice">The opening of a known announcement with another ending.</param>
/// <param name="SpeechS">How much of the announcement is heard, in seconds, or full; empty where there is none.</param>
/// <param name="SnrDb">Signal to noise, or clean.</param>
/// <param name="Noise">Which noise.</param>
/// <param name="Codec">Which codec.</param>
/// <param name="Line">Which telephone line.</param>
/// <param name="LossPercent">Packets lost.</param>
/// <param name="HasRinging">It begins with a ringing tone.</param>
/// <param name="Seconds">How long it is.</param>
internal sealed record Clip(
    string Path, int State, string Tone, string Kind, bool HasAnnouncement, bool IsSplice,
    string SpeechS, string SnrDb, string Noise, string Codec, string Line, string LossPercent, bool HasRinging, double Seconds)
{
    /// <summary>A recording that is longer than any that is accepted: it decides nothing.</summary>
    public bool IsTooLong => Seconds > WavHeader.MaxDuration.TotalSeconds;
}
