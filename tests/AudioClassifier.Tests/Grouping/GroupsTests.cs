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
        var sorted = new Sorted();
        foreach (var announcement in calls)
            sorted.Sort(announcement, Call(Sound.Speech(100 + announcement), random));

        var groups = sorted.Groups.Where(group => group.Count > 1).ToList();
        var pure = groups.Sum(group => group.CountBy(announcement => announcement).Max(count => count.Value));
        var said = string.Join(" | ", groups.Select(group => string.Join(",", group.CountBy(a => a).Select(count => $"{count.Key}×{count.Value}"))));
        ((double)pure / groups.Sum(group => group.Count)).ShouldBeGreaterThanOrEqualTo(0.99, said);
        ((double)groups.Count / Announcements).ShouldBeLessThanOrEqualTo(1.2, said);
        groups.Sum(group => group.Count).ShouldBeGreaterThan(calls.Length * 85 / 100, said);
    }

    [Fact]
    public void An_opening_that_two_announcements_share_brings_them_not_together()
    {
        var (opening, one, other) = (Sound.Speech(120), Sound.Speech(121), Sound.Speech(122));
        var sorted = new Sorted();
        foreach (var call in new[] { Sound.Join(opening, one), Sound.Join(opening, other), Sound.Join(opening, one), opening, Sound.Join(opening, other) })
            sorted.Sort(0, Sound.AtSnr(call, 30, 1));

        sorted.Groups.Select(group => group.Count).ShouldBe([2, 2], ignoreOrder: true);
    }

    [Fact]
    public void The_hum_of_the_mains_is_nothing_to_have_in_common()
    {
        var sorted = new Sorted();
        for (var i = 0; i < 6; i++)
        {
            var speech = Sound.Join(Sound.Silence(0.5), Sound.Speech(130 + i), Sound.Silence(0.5));
            var hum = Enumerable.Range(1, 15).Select(h => Sound.Tone(50 * h, -20 - h, (double)speech.Length / Sound.Rate)).ToList();
            sorted.Sort(i, [.. speech.Select((x, at) => x + hum.Sum(tone => at < tone.Length ? tone[at] : 0))]);
        }

        sorted.Groups.ShouldAllBe(group => group.Count == 1);
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

    /// <summary>Applies placements as the service does.</summary>
    private sealed class Sorted
    {
        private readonly Groups _groups = new();
        private readonly Dictionary<long, List<int>> _members = [];
        private long _last;

        public IEnumerable<List<int>> Groups => _members.Values;

        public void Sort(int announcement, float[] call)
        {
            if (!Enrolment.TryTrim(call, out var speech, out _))
                return;
            var take = Take.Of(speech);
            var placement = _groups.Place(take);
            if (placement.Kind == PlacementKind.Loose)
                return;
            var group = placement.Kind == PlacementKind.Founds ? ++_last : placement.Group;
            if (placement.Kind == PlacementKind.Founds)
                _members[group] = [];
            foreach (var same in placement.Same)
            {
                _groups.Merge(same, group);
                _members[group].AddRange(_members[same]);
                _members.Remove(same);
            }

            _members[group].Add(announcement);
            if (placement.IsExemplar)
                _groups.Add(++_last, group, take);
        }
    }
}
