using EmptyNumber.AudioClassifier.Analysis;

namespace EmptyNumber.AudioClassifier.Tests.Analysis;

public sealed class GroundsTests
{
    private static readonly Grounds Doubtful = new(Evidence: 2, HeardS: 0.4, MissingFrames: 3, Lead: 1.5);

    public static TheoryData<Grounds> Better =>
    [
        Doubtful with { Evidence = 3 },
        Doubtful with { HeardS = 0.6 },
        Doubtful with { MissingFrames = 0 },
        Doubtful with { Lead = 4 },
        Doubtful with { Lead = double.PositiveInfinity },
    ];

    [Theory]
    [MemberData(nameof(Better))]
    public void More_evidence_a_longer_match_less_that_is_missing_and_a_greater_lead_each_make_it_surer(Grounds better) =>
        better.Confidence.ShouldBeGreaterThan(Doubtful.Confidence);

    [Theory]
    [InlineData(0.5, 0, 9, double.NegativeInfinity)]
    [InlineData(0.5, 0.16, 0, -3)]
    [InlineData(1e6, 120, 0, double.PositiveInfinity)]
    [InlineData(1.75, double.PositiveInfinity, 0, 0)]
    public void It_is_a_chance_whatever_was_heard_and_never_a_certainty(double evidence, double heardS, double missing, double lead) =>
        new Grounds(evidence, heardS, missing, lead).Confidence.ShouldBeInRange(0, 0.999);

    [Fact]
    public void A_long_clear_match_that_nothing_is_like_decides()
    {
        var clear = new Grounds(Evidence: 20, HeardS: 3, MissingFrames: 0, Lead: double.PositiveInfinity);

        clear.Confidence.ShouldBeGreaterThanOrEqualTo(Grounds.LeastConfidence);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    [InlineData(0.1)]
    public void One_that_another_is_as_like_as_does_not_however_long_it_is(double lead) =>
        new Grounds(Evidence: 10_000, HeardS: 120, MissingFrames: 0, lead).Confidence.ShouldBeLessThan(0.5);
}
