using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.AudioClassifier.Grouping;
using EmptyNumber.AudioClassifier.Tests.Analysis;

namespace EmptyNumber.AudioClassifier.Tests.Grouping;

public sealed class GroupsTests
{
    private const int Announcements = 12;
    private const int CallsOfEach = 15;

    [Fact]
    public void Calls_are_grouped_by_what_they_say_through_bad_lines_late_joins_and_cuts()
    {
        var random = new Random(11);
        var calls = Enumerable.Range(0, Announcements).SelectMany(i => Enumerable.Repeat(i, CallsOfEach)).ToArray();
        random.Shuffle(calls);
        var groups = GroupsOf([.. calls.Select(announcement => Call(Sound.Speech(100 + announcement), random))]).Where(group => group.Count > 1).ToList();
        var pure = groups.Sum(group => group.CountBy(call => calls[call]).Max(count => count.Value));
        var said = string.Join(" | ", groups.Select(group => string.Join(",", group.CountBy(call => calls[call]).Select(count => $"{count.Key}×{count.Value}"))));
        ((double)pure / groups.Sum(group => group.Count)).ShouldBeGreaterThanOrEqualTo(0.99, said);
        ((double)groups.Count / Announcements).ShouldBeLessThanOrEqualTo(1.2, said);
        groups.Sum(group => group.Count).ShouldBeGreaterThan(calls.Length * 80 / 100, said);
    }

    [Fact]
    public void An_opening_that_two_announcements_share_brings_them_not_together()
    {
        var (opening, one, other) = (Sound.Speech(120), Sound.Speech(121), Sound.Speech(122));
        float[][] calls = [Sound.Join(opening, one), Sound.Join(opening, other), Sound.Join(opening, one), opening, Sound.Join(opening, other)];

        GroupsOf([.. calls.Select(call => Sound.AtSnr(call, 30, 1))]).ShouldBe([[0, 2], [1, 4]]);
    }

    [Fact]
    public void Nor_does_it_when_it_was_heard_alone_before()
    {
        var (opening, one, other) = (Sound.Speech(120), Sound.Speech(121), Sound.Speech(122));
        float[][] calls = [opening, Sound.Join(opening, one), Sound.Join(opening, other), Sound.Join(opening, one), Sound.Join(opening, other)];

        GroupsOf([.. calls.Select(call => Sound.AtSnr(call, 30, 1))]).ShouldBe([[0, 1, 3], [2, 4]]);
    }

    [Fact]
    public void What_lies_in_a_group_by_half_and_contradicts_it_nowhere_founds_none_of_its_own()
    {
        var (known, next) = (Sound.Speech(125), Sound.Speech(126));
        float[][] calls = [known, Sound.Join(known[^(known.Length / 2)..], next)];

        GroupsOf([.. calls.Select(call => Sound.AtSnr(call, 30, 1))]).ShouldBe([[0]]);
    }

    [Fact]
    public void An_announcement_is_one_group_whatever_the_pause_after_which_it_is_said_again()
    {
        var (said, random) = (Sound.Speech(127), new Random(1));
        float[][] calls =
        [
            .. Enumerable.Range(0, 40).Select(_ =>
            {
                var round = Sound.Join(said, Sound.Silence(0.3 + random.NextDouble()));
                var from = random.Next(said.Length);
                return Sound.Join(round, round, round)[from..(from + (said.Length * 3 / 2))];
            }),
        ];

        GroupsOf([.. calls.Select((call, i) => Sound.AtSnr(call, 30, i))]).ShouldHaveSingleItem().Count.ShouldBe(calls.Length);
    }

    [Theory]
    [InlineData(50, 5)]
    [InlineData(49.9, 0)]
    [InlineData(60.1, 0)]
    public void The_hum_of_the_mains_is_nothing_to_have_in_common(double hz, double snrDb)
    {
        var groups = GroupsOf([.. Enumerable.Range(0, 24).Select(i =>
        {
            var speech = Sound.Speech(130 + i);
            float[] hum = [.. speech.Select((_, at) => (float)Enumerable.Range(1, 15).Sum(h => Math.Sin((2 * Math.PI * hz * h * at / Sound.Rate) + (i * h)) / h))];
            var gain = (float)(Rms(speech) / Rms(hum) * Math.Pow(10, -snrDb / 20));
            return speech.Select((x, at) => x + (gain * hum[at])).ToArray();
        })]);

        groups.ShouldAllBe(group => group.Count == 1);

        static double Rms(float[] sound) => Math.Sqrt(sound.Average(x => (double)x * x));
    }

    [Fact]
    public async Task The_verb_writes_the_group_of_each_recording_of_a_table()
    {
        var folder = Directory.CreateTempSubdirectory("en-group-").FullName;
        try
        {
            float[][] calls = [Sound.Speech(140), Sound.Speech(141), Sound.AtSnr(Sound.Speech(140), 20, 1), Sound.Silence(2)];
            foreach (var (i, call) in calls.Index())
                await File.WriteAllBytesAsync(Path.Combine(folder, $"{i}.wav"), Sound.Wav(call));
            await File.WriteAllLinesAsync(Path.Combine(folder, "clips.csv"), ["path", .. calls.Select((_, i) => $"{i}.wav")]);

            (await Group.RunAsync(["--clips", Path.Combine(folder, "clips.csv"), "--out", Path.Combine(folder, "groups.csv")])).ShouldBe(0);

            (await File.ReadAllLinesAsync(Path.Combine(folder, "groups.csv"))).ShouldBe(["path,group", "0.wav,1", "1.wav,2", "2.wav,1", "3.wav,"]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The groups of calls, by their places; those that were alone are compared again at the end.</summary>
    private static List<IReadOnlyList<int>> GroupsOf(float[][] calls)
    {
        var groups = new LocalGroups();
        var alone = Enumerable.Range(0, calls.Length).Where(IsAlone).ToList();
        alone.ForEach(call => IsAlone(call));
        return [.. groups.All];

        bool IsAlone(int call) => Enrolment.TryTrim(calls[call], out var speech, out _) && !groups.Place(call, Take.Of(speech));
    }

    private static float[] Call(float[] announcement, Random random)
    {
        var seconds = Math.Min((double)announcement.Length / Sound.Rate, random.GetItems([2.0, 2.5, 4, 20], 1)[0]);
        var heard = random.Next(2) == 0
            ? announcement[..(int)(seconds * Sound.Rate)]
            : Sound.Loop(announcement, random.NextDouble() * announcement.Length / Sound.Rate, seconds);
        var line = random.Next(3) == 0 ? Sound.Line(heard, 350, 2_800) : heard;
        var call = Sound.AtSnr(Sound.Join(random.Next(2) == 0 ? Sound.Ringback(1, 2) : Sound.Silence(0.5), line), 12 + (random.NextDouble() * 20), random.Next());
        var wav = Sound.Wav(call, random.GetItems(["pcm16", "alaw", "ulaw"], 1)[0]);
        return WavReader.Read(wav).Samples;
    }
}
