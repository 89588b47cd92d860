using EmptyNumber.AudioClassifier.Analysis;

namespace EmptyNumber.AudioClassifier.Tests.Analysis;

public sealed class GroundsTests
{
    private static readonly Grounds Doubtful = new(Evidence: 2, HeardS: 0.4, MissingFrames: 3, Lead: 1.5, Passages: 2, SoundS: 5);

    public static TheoryData<Grounds> Better =>
    [
        Doubtful with { Evidence = 3 },
        Doubtful with { HeardS = 0.6 },
        Doubtful with { MissingFrames = 0 },
        Doubtful with { Lead = 4 },
        Doubtful with { Lead = double.PositiveInfinity },
        Doubtful with { Passages = 1 },
        Doubtful with { SoundS = 3 },
    ];

    [Theory]
    [MemberData(nameof(Better))]
    public void What_speaks_for_it_makes_it_surer_and_so_does_the_lack_of_what_speaks_against_it(Grounds better) =>
        better.Confidence.ShouldBeGreaterThan(Doubtful.Confidence);

    [Theory]
    [InlineData(0.5, 0, 9, double.NegativeInfinity, 1, 0)]
    [InlineData(0.5, 0.16, 0, -3, 100, 120)]
    [InlineData(1e6, 120, 0, double.PositiveInfinity, 100, 0)]
    [InlineData(1.75, double.PositiveInfinity, 0, 0, 1, double.PositiveInfinity)]
    public void It_is_a_chance_whatever_was_heard_and_never_a_certainty(
        double evidence, double heardS, double missing, double lead, int passages, double soundS) =>
        new Grounds(evidence, heardS, missing, lead, passages, soundS).Confidence.ShouldBeInRange(0, 0.999);

    [Fact]
    public void A_long_clear_match_that_nothing_is_like_decides()
    {
        var clear = new Grounds(Evidence: 20, HeardS: 3, MissingFrames: 0, Lead: double.PositiveInfinity, Passages: 1, SoundS: 60);

        clear.Confidence.ShouldBeGreaterThanOrEqualTo(Grounds.LeastConfidence);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(0.1)]
    public void One_that_another_is_as_like_as_does_not_however_long_it_is(double lead) =>
        new Grounds(Evidence: 10_000, HeardS: 120, MissingFrames: 0, lead, Passages: 1, SoundS: 120).Confidence.ShouldBeLessThan(0.5);

    [Fact]
    public void Passages_count_where_another_comes_near_and_nowhere_else() =>
        (Doubtful with { Lead = double.PositiveInfinity, Passages = 9 }).Confidence.ShouldBe((Doubtful with { Lead = double.PositiveInfinity, Passages = 1 }).Confidence);

    [Fact]
    public void A_second_of_sound_is_as_good_as_two() =>
        (Doubtful with { SoundS = 1 }).Confidence.ShouldBe((Doubtful with { SoundS = 2 }).Confidence);

    [Fact]
    public void A_word_is_less_sure_in_much_noise_and_as_sure_after_long_ringing()
    {
        var library = AnnouncementPack.Read(Sound.Pack);
        var word = library.Single(entry => entry.Id == "cm-vacant-zh").Samples[Sound.Rate..(Sound.Rate * 3 / 2)];
        var inLittle = Sound.Join(word, Sound.Noise(1, 0.01, seed: 1));
        var inMuch = Sound.Join(word, Sound.Noise(20, 0.01, seed: 1));

        ConfidenceIn(inMuch).ShouldBeLessThan(ConfidenceIn(inLittle));
        ConfidenceIn(Sound.Join(Sound.Ringback(4), inLittle)).ShouldBe(ConfidenceIn(inLittle), 0.002);

        double ConfidenceIn(float[] samples) =>
            new CallAnalyzer(leastConfidence: 0).Analyze(Sound.Wav(samples), Sound.Unsignalled, AnnouncementLibrary.Build(library)).Confidence;
    }
}
