using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Tests.Analysis;

public sealed class PackTests
{
    private static readonly IReadOnlyList<Announcement> Entries = AnnouncementPack.Read(Sound.Pack);
    private static readonly AnnouncementLibrary Library = AnnouncementLibrary.Build(Entries);
    private static readonly CallAnalyzer Analyzer = new();

    public static TheoryData<string> Ids => [.. Entries.Select(entry => entry.Id)];

    public static TheoryData<string> GsmCalls =>
        [.. Directory.GetFiles(Path.Combine(Sound.Fixtures, "calls")).Select(path => Path.GetFileNameWithoutExtension(path)!).Order(StringComparer.Ordinal)];

    [Fact]
    public void The_pack_has_announcements_in_both_languages_for_every_state_that_is_announced()
    {
        var states = Enumerable.Range(1, 12).Select(state => (NumberState)state);
        foreach (var language in new[] { "zh", "en" })
            states.Where(state => Entries.All(e => e.State != state || e.Language != language)).ShouldBeEmpty(language);
        Entries.Count(entry => entry.CallerSide).ShouldBeGreaterThan(1);
        Entries.ShouldContain(entry => entry.State == NumberState.CallReminder && entry.EmbeddedState == NumberState.PoweredOff);
        Entries.ShouldAllBe(entry => entry.CallerSide == (entry.State == NumberState.Pending));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_announcement_is_recognised_in_a_call(string id)
    {
        var entry = Entries.Single(e => e.Id == id);
        var random = new Random(id.Sum(c => c));
        float[][] prefixes = [Sound.Ringback(1, 2), Sound.Silence(1.3), [], Sound.Noise(2, 0.003, 1)];
        foreach (var (encoding, prefix) in new[] { "pcm16", "pcm8", "alaw", "ulaw" }.Zip(random.GetItems(prefixes, prefixes.Length)))
        {
            var seconds = Math.Max(4.2, entry.Samples.Length * 0.85 / Sound.Rate);
            var heard = Sound.Loop(entry.Samples, random.NextDouble() * entry.Samples.Length / Sound.Rate, seconds);
            var call = Sound.AtSnr(Sound.Join(prefix, heard), 15 + (random.NextDouble() * 10), random.Next());
            var verdict = Analyzer.Analyze(Sound.Wav(call, encoding), Sound.Unsignalled, Library);
            ShouldBe(verdict, entry, $"{encoding}, {prefix.Length} samples before");
        }
    }

    [Theory]
    [MemberData(nameof(GsmCalls))]
    public void Announcements_are_recognised_through_GSM(string id)
    {
        var wav = File.ReadAllBytes(Path.Combine(Sound.Fixtures, "calls", id + ".wav"));
        var verdict = Analyzer.Analyze(wav, Sound.Unsignalled, Library);
        ShouldBe(verdict, Entries.Single(e => e.Id == id), "GSM");
        verdict.Tone.ShouldBe(Tone.Ringback);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void An_announcement_that_is_not_in_the_library_is_not_taken_for_another(string id)
    {
        var entry = Entries.Single(e => e.Id == id);
        ShouldBeUnknown(entry, AnnouncementLibrary.Build(Entries.Where(e => e.Carrier != entry.Carrier || e.Language != entry.Language)));
    }

    [Theory]
    [InlineData("cm-vacant-en")]
    [InlineData("cm-off-en")]
    [InlineData("cm-changed-en")]
    [InlineData("cu-barred-zh")]
    [InlineData("cu-busy-zh")]
    [InlineData("cm-own-debt-zh")]
    [InlineData("ct-line-fault-zh")]
    public void Nor_for_one_of_the_same_voice_that_begins_with_the_same_words(string id) =>
        ShouldBeUnknown(Entries.Single(e => e.Id == id), AnnouncementLibrary.Build(Entries.Where(e => e.Id != id)));

    [Fact]
    public void An_opening_that_several_announcements_share_decides_nothing()
    {
        var off = Entries.Single(e => e.Id == "cm-off-zh");
        var opening = off.Samples[..(int)(1.7 * Sound.Rate)];
        Analyzer.Analyze(Sound.Wav(opening), Sound.Unsignalled, Library).State.ShouldBe(NumberState.Pending);
        Analyzer.Analyze(Sound.Wav(off.Samples), Sound.Unsignalled, Library).State.ShouldBe(NumberState.PoweredOff);
    }

    [Theory]
    [InlineData("cm-reminder-zh", "cm-off-zh", NumberState.CallReminder, NumberState.PoweredOff, "cm-reminder-zh")]
    [InlineData("ct-voicemail-zh", "cm-busy-zh", NumberState.CallReminder, NumberState.Busy, "ct-voicemail-zh")]
    [InlineData("cm-reminder-zh", "cm-reminder-off-zh", NumberState.CallReminder, NumberState.PoweredOff, null)]
    [InlineData("cm-connecting-zh", "cm-off-zh", NumberState.PoweredOff, null, "cm-off-zh")]
    [InlineData("ct-connecting-en", "cm-reminder-en", NumberState.CallReminder, null, "cm-reminder-en")]
    [InlineData("cm-off-zh", "cm-off-en", NumberState.PoweredOff, null, null)]
    [InlineData("cu-own-stop-zh", "cm-network-busy-zh", NumberState.Pending, null, "cu-own-stop-zh")]
    [InlineData("ct-vacant-zh", "cm-busy-zh", NumberState.Pending, null, null)]
    public void Two_announcements_in_one_call_are_put_together_whichever_comes_first(
        string one, string another, NumberState state, NumberState? embedded, string? decisive)
    {
        foreach (var (first, second) in new[] { (one, another), (another, one) })
        {
            float[] Samples(string id) => Entries.Single(entry => entry.Id == id).Samples;
            var call = Sound.AtSnr(Sound.Join(Sound.Ringback(1, 2), Samples(first), Sound.Silence(0.6), Samples(second)), 20, 1);
            var verdict = Analyzer.Analyze(Sound.Wav(call), Sound.Unsignalled, Library);
            (verdict.State, verdict.EmbeddedState).ShouldBe((state, embedded), $"{first}, {second}");
            verdict.CallerSide.ShouldBe(decisive == "cu-own-stop-zh");
            verdict.Announcement.ShouldNotBeNull().Id.ShouldBeOneOf(decisive is null ? [one, another] : [decisive]);
            if (verdict.Announcement.Id == first)
                verdict.Announcement.StartS.ShouldBe(3, 0.3);
            else
                verdict.Announcement.EndS.ShouldBe((double)call.Length / Sound.Rate, 0.3);
            (verdict.Confidence >= Grounds.LeastConfidence).ShouldBe(state != NumberState.Pending || verdict.CallerSide);
        }
    }

    [Fact]
    public void So_they_are_where_one_is_said_twice_or_a_third_one_is_there()
    {
        float[] Samples(string id) => [.. Entries.Single(entry => entry.Id == id).Samples, .. Sound.Silence(0.6)];
        Verdict Hear(params string[] ids) =>
            Analyzer.Analyze(Sound.Wav(Sound.AtSnr(Sound.Join([.. ids.Select(Samples)]), 20, 1)), Sound.Unsignalled, Library);

        Hear("cm-connecting-zh", "cm-connecting-zh", "cm-off-zh").State.ShouldBe(NumberState.PoweredOff);
        var three = Hear("cm-connecting-zh", "cm-off-zh", "ct-voicemail-zh");
        (three.State, three.EmbeddedState).ShouldBe((NumberState.CallReminder, NumberState.PoweredOff));
        Hear("ct-connecting-en", "cu-own-stop-zh", "cm-network-busy-zh").CallerSide.ShouldBeTrue();
    }

    [Theory]
    [InlineData(0.35, 0.35, Tone.Busy)]
    [InlineData(0.7, 0.7, Tone.Congestion)]
    public void What_hangs_up_after_an_announcement_that_is_not_known_says_nothing_of_the_number(double onS, double offS, Tone tone)
    {
        var hangsUp = Sound.Tone(450, -15, [.. Enumerable.Range(0, 12).Select(i => i % 2 == 0 ? onS : offS)]);
        var verdict = Analyzer.Analyze(Sound.Wav(Sound.Join(Sound.Silence(0.3), Sound.Speech(3), Sound.Silence(0.4), hangsUp)), Sound.Unsignalled, Library);
        (verdict.State, verdict.Tone, verdict.Announcement).ShouldBe((NumberState.Pending, tone, null));
        Analyzer.Analyze(Sound.Wav(hangsUp), Sound.Unsignalled, Library).State.ShouldNotBe(NumberState.Pending);
        Analyzer.Analyze(Sound.Wav(Sound.Join(Sound.Ringback(2), hangsUp)), Sound.Unsignalled, Library).State.ShouldBe(NumberState.InService);
    }

    [Fact]
    public void Unknown_speech_in_noise_is_no_colour_ring()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var call = Sound.AtSnr(Sound.Join(Sound.Speech(seed), Sound.Silence(0.3), Sound.Speech(seed)), 3, seed);
            Analyzer.Analyze(Sound.Wav(call), new Signalling(183, null, null), Library).State.ShouldBe(NumberState.Pending, $"speech {seed}");
        }
    }

    [Fact]
    public void What_a_codec_makes_of_silence_is_no_announcement()
    {
        // The same small ripple over and over, as speech codecs leave it.
        float[] ripple = [.. Enumerable.Range(0, 8 * Sound.Rate).Select(i => (float)(2e-4 * Math.Sin(2 * Math.PI * 150 * i / Sound.Rate)))];
        var call = Sound.Ringback(2).Zip(ripple, (tone, x) => tone + x).ToArray();
        var verdict = Analyzer.Analyze(Sound.Wav(call), Sound.Unsignalled, Library);
        verdict.Announcement.ShouldBeNull();
        verdict.State.ShouldBe(NumberState.InService);
    }

    [Fact]
    public void A_bad_line_changes_nothing()
    {
        foreach (var entry in Entries)
        {
            var call = Sound.Line(Sound.Join(Sound.Silence(0.5), Sound.Loop(entry.Samples, 0.8, 6)), 500, 2_000);
            ShouldBe(Analyzer.Analyze(Sound.Wav(call), Sound.Unsignalled, Library), entry, "bad line");
        }
    }

    [Fact]
    public void Where_it_was_heard_is_in_the_evidence()
    {
        var entry = Entries.Single(e => e.Id == "cu-no-coverage-zh");
        var call = Sound.Join(Sound.Silence(2), entry.Samples, Sound.Silence(1));
        var heard = Analyzer.Analyze(Sound.Wav(call), Sound.Unsignalled, Library).Announcement.ShouldNotBeNull();
        heard.StartS.ShouldBe(2, 0.3);
        heard.EndS.ShouldBe(2 + ((double)entry.Samples.Length / Sound.Rate), 0.3);
        heard.Score.ShouldBeGreaterThan(0.8);
    }

    [Fact]
    public async Task One_analyzer_and_one_library_serve_many_threads()
    {
        var verdicts = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(() =>
        {
            var entry = Entries[i % Entries.Count];
            return (entry, Analyzer.Analyze(Sound.Wav(entry.Samples), Sound.Unsignalled, Library));
        })));
        foreach (var (entry, verdict) in verdicts)
            ShouldBe(verdict, entry, "at once with others");
    }

    private static void ShouldBeUnknown(Announcement entry, AnnouncementLibrary library)
    {
        var verdict = Analyzer.Analyze(Sound.Wav(Sound.AtSnr(entry.Samples, 25, 1)), Sound.Unsignalled, library);
        verdict.Announcement.ShouldBeNull($"taken for {verdict.Announcement}");
        verdict.State.ShouldBe(NumberState.Pending);
    }

    private static void ShouldBe(Verdict verdict, Announcement entry, string how)
    {
        var said = $"{entry.Id} ({how}): heard {verdict.Announcement}, {verdict.State}, tone {verdict.Tone}";
        verdict.State.ShouldBe(entry.State, said);
        verdict.EmbeddedState.ShouldBe(entry.EmbeddedState, said);
        verdict.CallerSide.ShouldBe(entry.CallerSide, said);
        verdict.Announcement.ShouldNotBeNull(said);
        verdict.Confidence.ShouldBeGreaterThan(0.8, said);
    }
}
