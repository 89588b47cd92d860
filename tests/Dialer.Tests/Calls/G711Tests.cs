using EmptyNumber.Dialer.Calls.Wav;
using EmptyNumber.Dialer.Tests.Support;

namespace EmptyNumber.Dialer.Tests.Calls;

public sealed class G711Tests
{
    [Theory]
    [InlineData(0, 0xD5)]
    [InlineData(-1, 0x55)]
    [InlineData(short.MaxValue, 0xAA)]
    [InlineData(short.MinValue, 0x2A)]
    [InlineData(1000, 0xFA)]
    [InlineData(-1000, 0x7A)]
    public void A_law_codes_are_those_of_the_standard(short sample, byte code) => G711.EncodeALaw(sample).ShouldBe(code);

    [Theory]
    [InlineData(0, 0xFF)]
    [InlineData(short.MaxValue, 0x80)]
    [InlineData(short.MinValue, 0x00)]
    [InlineData(1000, 0xCE)]
    [InlineData(-1000, 0x4E)]
    public void Mu_law_codes_are_those_of_the_standard(short sample, byte code) => G711.EncodeMuLaw(sample).ShouldBe(code);

    [Fact]
    public void The_output_value_of_every_a_law_code_gives_that_code_again()
    {
        foreach (var code in Enumerable.Range(0, 256).Select(value => (byte)value))
        {
            var value = (short)(Sounds.ALaw(code) * 8);
            G711.DecodeALaw(code).ShouldBe(value);
            G711.EncodeALaw(value).ShouldBe(code);
        }
    }

    [Fact]
    public void The_output_value_of_every_mu_law_code_gives_that_code_again()
    {
        // 0x7F is the negative zero; a zero is coded as the positive one.
        foreach (var code in Enumerable.Range(0, 256).Select(value => (byte)value).Where(code => code != 0x7F))
            G711.EncodeMuLaw((short)(Sounds.MuLaw(code) * 4)).ShouldBe(code);
    }

    [Fact]
    public void Every_sample_is_coded_to_within_half_an_interval()
    {
        for (int sample = short.MinValue; sample <= short.MaxValue; sample++)
        {
            var limit = Math.Max(8, (Math.Abs(sample) + 132) / 32.0) + 1;
            Math.Abs((Sounds.ALaw(G711.EncodeALaw((short)sample)) * 8.0) - sample).ShouldBeLessThanOrEqualTo(limit, $"A-law of {sample}");
            // The µ-law clips the last 0.4 % of its range.
            Math.Abs((Sounds.MuLaw(G711.EncodeMuLaw((short)sample)) * 4.0) - sample).ShouldBeLessThanOrEqualTo(limit, $"µ-law of {sample}");
        }
    }
}
