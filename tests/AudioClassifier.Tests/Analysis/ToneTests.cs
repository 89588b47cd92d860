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
        Name(Sound.Join(Sound.Silence(0.3), Sit(-15, shift, pace))).ShouldBe([Contracts.Tone.Sit]);
    }

    /// <summary>As weak as the speech that is said over them: the tones need not stand out of the whole band, only of what is around them.</summary>
    [Fact]
    public void Special_information_tones_are_heard_under_speech()
    {
        for (var seed = 0; seed < 8; seed++)
        {
            var speech = Sound.Speech(seed);
            var loud = Math.Sqrt(speech.Chunk(160).Select(frame => frame.Average(x => x * x)).Order().ElementAt(speech.Length / 160 * 9 / 10));
            var sit = Sit(-15);
            var mixed = speech.Select((x, i) => (float)(x * Sound.Peak(-15) / Math.Sqrt(2) / loud) + (i < sit.Length ? sit[i] : 0));
            Name([.. mixed]).ShouldBe([Contracts.Tone.Sit], $"speech {seed}");
        }
    }

    [Theory]
    [InlineData(1800, 1400, 950)]
    [InlineData(950, 1400, 1400)]
    [InlineData(850, 1400, 1800)]
    public void Other_three_tones_are_no_special_information(double first, double second, double third)
    {
        float[] tones = [.. new[] { first, second, third }.SelectMany(hz => Tone(hz, -15, 0.33, 0.03))];
        Name(Sound.Join(Sound.Silence(0.3), tones, Sound.Silence(0.3))).ShouldBeEmpty();
    }

    [Fact]
    public void Three_tones_that_sound_at_once_are_no_special_information()
    {
        var chord = new[] { 950.0, 1400, 1800 }.Select(hz => Tone(hz, -20, 2)).ToArray();
        Name([.. chord[0].Select((x, i) => x + chord[1][i] + chord[2][i])]).ShouldBeEmpty();
    }

    [Fact]
    public void Special_information_tones_are_named_where_the_recording_joins_within_the_first() =>
        Name(Sit(-15)[2_000..]).ShouldBe([Contracts.Tone.Sit]);

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

    [Theory]
    [InlineData(0.35, Contracts.Tone.Busy)]
    [InlineData(0.7, Contracts.Tone.Congestion)]
    public void Packets_that_are_left_out_do_not_break_a_cadence(double length, Tone named)
    {
        var tone = Tone(450, -15, Repeat(4, 0.9 * length, 0.9 * length));
        var lost = (int)(2.3 * length * Sound.Rate);
        Name([.. tone[..lost], .. tone[(lost + 320)..]]).ShouldBe([named]);
    }

    [Fact]
    public void A_codec_that_overshoots_at_the_third_of_three_short_bursts_does_not_hide_the_vacant_number_tone()
    {
        var group = Sound.Join(Tone(450, -28, 0.1, 0.1, 0.1, 0.1), Tone(450, -14, 0.1, 0.1), Tone(450, -28, 0.4, 0.4));
        Name(Sound.Join(group, group)).ShouldBe([Contracts.Tone.Vacant]);
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

    private static float[] Sit(double dbm0, double shift = 0, double pace = 1) =>
        [.. new[] { 950.0, 1400, 1800 }.SelectMany(hz => Tone(hz + shift, dbm0, 0.33 * pace, 0.03))];

    private static double[] Repeat(int times, params double[] pattern) => [.. Enumerable.Repeat(pattern, times).SelectMany(p => p)];

    private static Tone[] Name(float[] sound)
    {
        var spectrogram = new Spectrogram();
        spectrogram.Analyse(sound);
        return [.. Cadence.Name(spectrogram, ToneDetector.Find(spectrogram), (double)sound.Length / Sound.Rate).Select(heard => heard.Tone)];
    }
}
