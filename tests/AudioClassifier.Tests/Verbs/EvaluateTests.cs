using System.Globalization;
using System.Reflection;
using CsvHelper;
using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.AudioClassifier.Tests.Analysis;

namespace EmptyNumber.AudioClassifier.Tests.Verbs;

public sealed class EvaluateTests : IDisposable
{
    private static readonly IReadOnlyList<Announcement> Entries = AnnouncementPack.Read(Sound.Pack);

    /// <summary>The opening that several announcements of its voice share: as like one as another.</summary>
    private static readonly float[] SharedOpening = Entry("cm-off-zh").Samples[..(int)(1.7 * Sound.Rate)];

    private readonly string _folder = Directory.CreateTempSubdirectory("en-evaluate-").FullName;

    [Fact]
    public async Task Each_recording_of_the_table_gets_a_line_in_its_order()
    {
        Save("off, said.wav", Sound.Wav(Sound.Join(Sound.Silence(1), Entry("cm-off-zh").Samples)));
        Save("busy.wav", Sound.Wav(Sound.Tone(450, -15, 0.35, 0.35, 0.35, 0.35, 0.35, 0.35, 0.35, 0.35, 0.35, 0.35)));
        Save("torn.wav", "RIFF and nothing more"u8.ToArray());
        Save("opening.wav", Sound.Wav(SharedOpening));

        var lines = await EvaluateAsync(["off, said.wav", "busy.wav", "torn.wav", "opening.wav"], "--jobs", "2");

        lines.Select(line => (line.Path, line.State, line.Announcement, line.Tone)).ShouldBe(
        [
            ("off, said.wav", "4", "cm-off-zh", ""),
            ("busy.wav", "5", "", "busy"),
            ("torn.wav", "", "", ""),
            ("opening.wav", "0", "", ""),
        ]);
        lines[0].Confidence.ShouldBeInRange(Grounds.LeastConfidence, 1);
        lines[0].StartS.ShouldBe(1, 0.3);
    }

    [Fact]
    public async Task What_is_unsure_decides_where_less_confidence_is_asked_for()
    {
        Save("opening.wav", Sound.Wav(SharedOpening));

        var unsure = (await EvaluateAsync(["opening.wav"], "--least-confidence", "0")).Single();
        var confidence = unsure.Confidence;

        unsure.Announcement.ShouldNotBeEmpty();
        confidence.ShouldBeInRange(0.01, Grounds.LeastConfidence - 0.01);
        (await EvaluateAsync(["opening.wav"], "--least-confidence", $"{confidence + 0.01:0.####}")).Single().Announcement.ShouldBeEmpty();
        (await EvaluateAsync(["opening.wav"], "--least-confidence", $"{confidence - 0.01:0.####}")).Single().Announcement.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("--jobs", "0")]
    [InlineData("--jobs", "many")]
    [InlineData("--least-confidence", "1.1")]
    [InlineData("--least-confidence", "-0.1")]
    [InlineData("--least-confidence", "NaN")]
    [InlineData("--least-confidence", "much")]
    public async Task Misuse_writes_nothing(string option, string value)
    {
        Save("opening.wav", Sound.Wav(SharedOpening));

        (await RunAsync(["opening.wav"], option, value)).ShouldBe(1);

        File.Exists(Path.Combine(_folder, "results.csv")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_recording_that_is_not_there_is_an_error()
    {
        (await RunAsync(["missing.wav"])).ShouldBe(1);

        File.Exists(Path.Combine(_folder, "results.csv")).ShouldBeFalse();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Announcement Entry(string id) => Entries.Single(entry => entry.Id == id);

    private void Save(string name, byte[] wav) => File.WriteAllBytes(Path.Combine(_folder, name), wav);

    private async Task<List<Line>> EvaluateAsync(string[] paths, params string[] options)
    {
        (await RunAsync(paths, options)).ShouldBe(0);
        using var rows = CsvReader.FromFile(Path.Combine(_folder, "results.csv"));
        var lines = new List<Line>();
        while (rows.Read())
        {
            lines.Add(new Line(
                rows.GetString("path"), rows.GetString("state"), rows.GetString("announcement_id"), Number("confidence"), rows.GetString("tone"), Number("start_s")));
        }

        return lines;

        double Number(string column) => double.TryParse(rows.GetString(column), CultureInfo.InvariantCulture, out var number) ? number : double.NaN;
    }

    /// <summary>Runs the executable's verb on the pack.</summary>
    /// <returns>Its exit code.</returns>
    private Task<int> RunAsync(string[] paths, params string[] options)
    {
        var clips = Path.Combine(_folder, "clips.csv");
        File.WriteAllLines(clips, ["path", .. paths.Select(path => $"\"{path}\"")]);
        string[] args =
        [
            "evaluate", "--library", Path.Combine(Sound.Pack, "announcements.csv"), "--clips", clips, "--out", Path.Combine(_folder, "results.csv"), .. options,
        ];
        return Task.Run(() => (int)typeof(CallAnalyzer).Assembly.EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, [args], culture: null)!);
    }

    private sealed record Line(string Path, string State, string Announcement, double Confidence, string Tone, double StartS);
}
