using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Tests.Analysis;

/// <summary>What two recordings have in common, and whether they say the same.</summary>
public sealed class ComparisonTests
{
    private static readonly (float[] One, float[] Two, float[] Three) Sentences = (Sound.Speech(150), Sound.Speech(151), Sound.Speech(152));

    [Theory]
    [InlineData(0.4, 0.9)]
    [InlineData(0.9, 0.4)]
    [InlineData(0.5, 0.55)]
    [InlineData(0.4, 1.25)]
    public void An_announcement_that_is_said_again_after_another_pause_is_the_same(double pauseS, double otherPauseS)
    {
        var recording = Sound.Join(Sentences.One, Sound.Silence(pauseS), Sentences.One[..(Sound.Rate * 3 / 4)]);
        var reference = Sound.Join(Sentences.One[Sound.Rate..], Sound.Silence(otherPauseS), Sentences.One);

        var kinship = Compare(recording, reference);

        kinship.Dissent.ShouldBe(Dissent.None);
        (kinship.OfRecording * recording.Length / Sound.Rate).ShouldBeGreaterThan(0.9 * Sentences.One.Length / Sound.Rate);
    }

    [Fact]
    public void Another_sentence_after_the_pause_is_another_announcement() =>
        Compare(Sound.Join(Sentences.One, Sound.Silence(0.5), Sentences.Two), Sound.Join(Sentences.One, Sound.Silence(0.5), Sentences.Three))
            .Dissent.ShouldBe(Dissent.Plain);

    [Fact]
    public void Another_ending_of_a_sentence_is_another_announcement() =>
        Compare(Sound.Join(Sentences.One, Sentences.Two[..(Sound.Rate / 2)]), Sound.Join(Sentences.One, Sentences.Three[..(Sound.Rate / 2)]))
            .Dissent.ShouldBe(Dissent.Plain);

    [Theory]
    [InlineData(0)]
    [InlineData(0.4)]
    public void An_ending_that_is_heard_twice_does_not_hide_what_lies_between(double pauseS)
    {
        var (ending, pause) = (Sentences.One[(Sentences.One.Length / 2)..], Sound.Silence(pauseS));

        Compare(Sound.Join(ending, pause, Sentences.Two, ending), Sound.Join(Sentences.Three, ending)).Dissent.ShouldBe(Dissent.Plain);
    }

    [Fact]
    public void Nor_does_a_word_from_the_end_hide_what_follows_it()
    {
        var word = Sentences.Three[^(Sound.Rate * 2 / 5)..];

        Compare(Sound.Join(Sentences.One, word, Sentences.Two), Sound.Join(Sentences.One, Sentences.Three)).Dissent.ShouldBe(Dissent.Plain);
    }

    [Fact]
    public void A_few_syllables_after_the_pause_are_too_little_to_tell() =>
        Compare(Sound.Join(Sentences.One, Sound.Silence(0.5), Sentences.Two[..(Sound.Rate / 2)]), Sound.Join(Sentences.One, Sound.Silence(0.5), Sentences.Three))
            .Dissent.ShouldBe(Dissent.Slight);

    private static Kinship Compare(float[] recording, float[] reference) => new Comparison()
        .With(Sound.AtSnr(recording, 30, 1), AnnouncementLibrary.Build([new Announcement("", NumberState.Unknown, null, false, "", "", "", reference)]))
        .ShouldHaveSingleItem();
}
