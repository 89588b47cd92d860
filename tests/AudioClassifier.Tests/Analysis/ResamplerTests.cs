using EmptyNumber.AudioClassifier.Analysis;

namespace EmptyNumber.AudioClassifier.Tests.Analysis;

public sealed class ResamplerTests
{
    [Theory]
    [InlineData(8_001)]
    [InlineData(11_025)]
    [InlineData(16_000)]
    [InlineData(22_050)]
    [InlineData(31_337)]
    [InlineData(44_100)]
    [InlineData(48_000)]
    public void Speech_frequencies_pass_in_place_and_level(int rate)
    {
        foreach (var hz in new[] { 300, 1_000, 3_300 })
        {
            var output = Convert(Sine(hz, rate, 0.5), rate);
            var expected = Sine(hz, Recording.RateHz, 0.5);
            for (var i = 400; i < output.Length - 400; i++)
                output[i].ShouldBe(expected[i], 0.02f);
        }
    }

    [Theory]
    [InlineData(16_000, 4_100)]
    [InlineData(16_000, 5_000)]
    [InlineData(44_100, 7_600)]
    [InlineData(48_000, 12_000)]
    public void What_would_fold_back_is_stopped(int rate, double hz) =>
        Convert(Sine(hz, rate, 0.5), rate).Skip(400).SkipLast(400).Max(Math.Abs).ShouldBeLessThan(0.001f);

    [Fact]
    public void The_size_of_the_pieces_does_not_matter()
    {
        var input = Sine(700, 44_100, 0.3);
        var whole = Convert(input, 44_100);
        var resampler = new Resampler(44_100, 500);
        var pieces = new float[whole.Length];
        var written = 0;
        foreach (var piece in input.Chunk(333))
            written += resampler.Write(piece, pieces.AsSpan(written));
        resampler.Finish(pieces.AsSpan(written));
        pieces.ShouldBe(whole);
    }

    private static float[] Convert(float[] input, int rate)
    {
        var resampler = new Resampler(rate, input.Length);
        var output = new float[(long)input.Length * Recording.RateHz / rate];
        resampler.Finish(output.AsSpan(resampler.Write(input, output)));
        return output;
    }

    private static float[] Sine(double hz, int rate, double seconds) =>
        [.. Enumerable.Range(0, (int)(seconds * rate)).Select(i => (float)Math.Sin(2 * Math.PI * hz * i / rate))];
}
