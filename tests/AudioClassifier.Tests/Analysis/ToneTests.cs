using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Tests.Analysis;

public sealed class ToneTests
{
    public static TheoryData<double, double, double> Corners()
    {
        var corners = new TheoryData<double, double, double>();
        foreach (var hz in new[] { 425.0, 450, 475 })
        {
            foreach (var pace in new[] { 0.9, 1, 1.1 })
            {
                foreach (var dbm0 in new[] { -30.0, -5 })
                    corners.Add(hz, pace, dbm0);
            }
        }

        return corners;
    }

    [Theory]
    [MemberData(nameof(Corners))]
    public void Tones_are_named_within_the_tolerances_of_GBT_3380(double hz, double pace, double dbm0)
    {
        Name(Tone(hz, dbm0, 3, 0.5)).ShouldBe([Contracts.Tone.Dial]);
        Name(Tone(hz, dbm0, pace, 4 * pace, pace, 4 * pace)).ShouldBe([Contracts.Tone.Ringback]);
        Name(Tone(hz, dbm0, Repeat(4, 0.35 * pace, 0.35 * pace))).ShouldBe([Contracts.Tone.Busy]);
        Name(Tone(hz, dbm0, Repeat(4, 0.7 * pace, 0.7 * pace))).ShouldBe([Contracts.Tone.Congestion]);
        double[] vacant = [.. Repeat(3, 0.1 * pace, 0.1 * pace), 0.4 * pace, 0.4 * pace];
        Name(Tone(hz, dbm0, Repeat(2, vacant))).ShouldBe([Contracts.Tone.Vacant]);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-50, 1)]
    [InlineData(50, 1)]
    [InlineData(0, 0.8)]
    [InlineData(0, 1.1)]
    public void Special_information_tones_are_named_within_50_Hz(double shift, double pace)
    {
        float[] sit = [.. new[] { 950.0, 1400, 1800 }.SelectMany(hz => Tone(hz + shift, -15, 0.33 * pace, 0.03))];
        Name(Sound.Join(Sound.Silence(0.3), sit)).ShouldBe([Contracts.Tone.Sit]);
    }

    [Fact]
    public void Ringing_is_told_from_one_burst_and_half_of_its_pause()
    {
        Name(Tone(450, -15, 1, 2)).ShouldBe([Contracts.Tone.Ringback]);
        Name(Tone(450, -15, 1, 1)).ShouldBeEmpty();
    }

    [Fact]
    public void Ringing_that_the_recording_joins_within_a_burst_is_told_from_the_next()
    {
        Name(Tone(450, -15, 0.4, 4, 1, 2.5)).ShouldBe([Contracts.Tone.Ringback]);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(500)]
    public void Other_frequencies_are_no_call_progress_tones(double hz) => Name(Tone(hz, -15, Repeat(5, 0.35, 0.35))).ShouldBeEmpty();

    [Theory]
    [InlineData(0.25)]
    [InlineData(0.5)]
    public void Other_cadences_have_no_name(double length) => Name(Tone(450, -15, Repeat(6, length, length))).ShouldBeEmpty();

    [Fact]
    public void A_lost_packet_does_not_break_a_tone()
    {
        var ringing = Tone(450, -15, 1, 4, 1, 4);
        ringing.AsSpan(3_000, 160).Clear();
        ringing.AsSpan(43_000, 320).Clear();
        Name(ringing).ShouldBe([Contracts.Tone.Ringback]);
    }

    [Fact]
    public void Tones_are_heard_10_dB_above_noise() =>
        Name(Sound.AtSnr(Tone(460, -20, Repeat(6, 0.35, 0.35)), 10, 3)).ShouldBe([Contracts.Tone.Busy]);

    [Fact]
    public void Speech_has_no_tones()
    {
        foreach (var announcement in AnnouncementPack.Read(Sound.Pack))
            Name(announcement.Samples).ShouldBeEmpty(announcement.Id);
    }

    private static float[] Tone(double hz, double dbm0, params double[] onOffSeconds) => Sound.Tone(hz, dbm0, onOffSeconds);

    private static double[] Repeat(int times, params double[] pattern) => [.. Enumerable.Repeat(pattern, times).SelectMany(p => p)];

    private static Tone[] Name(float[] sound)
    {
        var spectrogram = new Spectrogram();
        spectrogram.Analyse(sound);
        return [.. Cadence.Name(ToneDetector.Find(spectrogram), (double)sound.Length / Sound.Rate).Select(heard => heard.Tone)];
    }
}
