using EmptyNumber.AudioClassifier.Analysis;

namespace EmptyNumber.AudioClassifier.Tests.Analysis;

/// <summary>Decoders against what sox decodes from the same files (Fixtures/make-fixtures).</summary>
public sealed class WavReaderTests
{
    [Theory]
    [InlineData("pcm8")]
    [InlineData("pcm16")]
    [InlineData("alaw")]
    [InlineData("ulaw")]
    [InlineData("gsm")]
    [InlineData("pcm16-stereo")]
    public void At_8_kHz_every_sample_is_the_one_that_sox_decodes(string name)
    {
        var (ours, expected) = (Read(name), Read(name + ".decoded"));
        ours.ShouldBe(expected);
    }

    [Theory]
    [InlineData("pcm24-44k")]
    [InlineData("pcm32-48k")]
    [InlineData("float-16k")]
    [InlineData("double-22k")]
    [InlineData("alaw-11k")]
    [InlineData("ulaw-12k-stereo")]
    public void At_other_rates_the_signal_is_the_one_that_sox_decodes(string name)
    {
        var (ours, expected) = (Read(name), Read(name + ".decoded"));
        ours.Length.ShouldBeInRange(expected.Length - 1, expected.Length + 1);

        // The edges differ by what each takes to lie outside.
        double signal = 0, difference = 0;
        for (var i = 100; i < expected.Length - 100; i++)
        {
            signal += expected[i] * expected[i];
            difference += (ours[i] - expected[i]) * (ours[i] - expected[i]);
        }

        (10 * Math.Log10(signal / difference)).ShouldBeGreaterThan(35);
    }

    [Fact]
    public void Of_two_legs_the_one_that_carries_sound_is_heard()
    {
        var tone = Sound.Tone(450, -20, 1);
        var frames = tone.SelectMany(x => new[] { (short)5_000, (short)(x * 32768) }).SelectMany(BitConverter.GetBytes).ToArray();
        var heard = WavReader.Read([.. Sound.Header(1, 2, 8000, 16, frames.Length), .. frames]).Samples;
        heard.Max().ShouldBe(tone.Max(), 1e-3f);
    }

    [Fact]
    public void What_is_no_number_in_a_float_file_is_silence()
    {
        var data = new[] { float.NaN, float.PositiveInfinity, 0.5f, 1e30f }.SelectMany(BitConverter.GetBytes).ToArray();
        var heard = WavReader.Read([.. Sound.Header(3, 1, 8000, 32, data.Length), .. data]).Samples;
        heard.ShouldBe([0, 0, 0.5f, 8]);
    }

    private static float[] Read(string name) => WavReader.Read(File.ReadAllBytes(Path.Combine(Sound.Fixtures, name + ".wav"))).Samples;
}
