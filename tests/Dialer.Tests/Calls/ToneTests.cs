using EmptyNumber.Contracts;
using EmptyNumber.Dialer.Calls.Simulated;
using EmptyNumber.Dialer.Tests.Support;

namespace EmptyNumber.Dialer.Tests.Calls;

public sealed class ToneTests
{
    [Theory]
    [InlineData(Tone.Ringback, 1.0, 4.0)]
    [InlineData(Tone.Busy, 0.35, 0.35)]
    [InlineData(Tone.Congestion, 0.7, 0.7)]
    public void A_tone_has_the_cadence_of_the_standard(Tone tone, double onS, double offS)
    {
        foreach (var (on, seconds) in Sounds.Runs(Play(tone, 20), 0.02))
            seconds.ShouldBe(on ? onS : offS, 0.0101);
    }

    [Fact]
    public void The_vacant_number_tone_is_three_short_and_one_long()
    {
        var seconds = Sounds.Runs(Play(Tone.Vacant, 10), 0.02).Select(run => run.Seconds).ToList();
        var longOn = seconds.FindIndex(length => length > 0.3);

        foreach (var period in seconds.Skip(longOn).Chunk(8).Where(chunk => chunk.Length == 8))
        {
            for (var i = 0; i < 8; i++)
                period[i].ShouldBe(i < 2 ? 0.4 : 0.1, 0.0101);
        }
    }

    [Theory]
    [InlineData(Tone.Dial)]
    [InlineData(Tone.Ringback)]
    [InlineData(Tone.Busy)]
    [InlineData(Tone.Congestion)]
    [InlineData(Tone.Vacant)]
    public void Progress_tones_are_450_Hz(Tone tone) => Sounds.StrongestHz(Play(tone, 1), 200, 3400).ShouldBe(450);

    [Fact]
    public void The_special_information_tone_is_three_rising_tones()
    {
        var sound = Play(Tone.Sit, 1.0);

        Sounds.StrongestHz(sound[400..2400], 200, 3400).ShouldBe(950, 2);
        Sounds.StrongestHz(sound[3000..5200], 200, 3400).ShouldBe(1400, 2);
        Sounds.StrongestHz(sound[5800..8000], 200, 3400).ShouldBe(1800, 2);
    }

    [Fact]
    public void The_level_of_a_tone_is_measured_against_the_overload_point_of_the_A_law()
    {
        Sounds.Amplitude(Play(Tone.Dial, 1, dbm0: 3.14), 450).ShouldBe(1, 0.001);
        Sounds.Amplitude(Play(Tone.Dial, 1, dbm0: -10), 450).ShouldBe(0.2203, 0.001);
    }

    [Fact]
    public void A_tone_that_began_earlier_goes_on_where_it_is()
    {
        var whole = Play(Tone.Ringback, 6);
        var late = new float[8000];
        new Signal(Cadence.Of(Tone.Ringback), 4.5, -10, 1).AddTo(late);

        Sounds.Rms(late.AsSpan(0, 3990)).ShouldBe(0);
        Sounds.Rms(late.AsSpan(4000, 4000)).ShouldBe(Sounds.Rms(whole.AsSpan(40_000, 4000)), 1e-3);
    }

    private static float[] Play(Tone tone, double seconds, double dbm0 = -10)
    {
        var sound = new float[(int)(seconds * 8000)];
        new Signal(Cadence.Of(tone), 0, dbm0, seconds).AddTo(sound);
        return sound;
    }
}
