using System.Buffers.Binary;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Tests.Analysis;

public sealed class WavHeaderTests
{
    [Theory]
    [InlineData(0u)]
    [InlineData(0xFFFFFFFFu)]
    [InlineData(0x7FFFF000u)]
    [InlineData(2_000u)]
    public void Lengths_that_a_streaming_recorder_left_wrong_mean_the_rest_of_the_file(uint length)
    {
        byte[] wav = [.. Sound.Header(1, 1, 8000, 16, 0), .. new byte[16_000]];
        BinaryPrimitives.WriteUInt32LittleEndian(wav.AsSpan(4), length);
        BinaryPrimitives.WriteUInt32LittleEndian(wav.AsSpan(40), length);
        Read(wav).Frames.ShouldBe(8_000);
    }

    [Fact]
    public void Chunks_after_the_samples_are_not_samples()
    {
        byte[] wav = [.. Sound.Header(1, 1, 8000, 16, 16_000), .. new byte[16_000], .. "LIST"u8, 4, 0, 0, 0, .. "INFO"u8];
        Read(wav).Frames.ShouldBe(8_000);
    }

    [Fact]
    public void Chunks_before_the_format_are_skipped()
    {
        var plain = Sound.Header(1, 1, 8000, 16, 100);
        byte[] wav = [.. plain[..12], .. "JUNK"u8, 3, 0, 0, 0, 1, 2, 3, 0, .. plain[12..], .. new byte[100]];
        Read(wav).Frames.ShouldBe(50);
    }

    [Theory]
    [InlineData(1, 3, 8000, 16, null, "channels")]
    [InlineData(1, 0, 8000, 16, null, "channels")]
    [InlineData(1, 1, 7999, 16, null, "Hz")]
    [InlineData(1, 1, 48001, 16, null, "Hz")]
    [InlineData(1, 1, 8000, 12, 2, "format")]
    [InlineData(2, 1, 8000, 4, 1, "format")]
    [InlineData(3, 1, 8000, 16, null, "format")]
    [InlineData(0x31, 2, 8000, 0, 65, "format")]
    [InlineData(1, 1, 8000, 16, 3, "blocks")]
    [InlineData(0x31, 1, 8000, 0, 64, "blocks")]
    public void Formats_that_are_not_taken_are_refused_by_name(int format, int channels, int rate, int bits, int? block, string reason)
    {
        byte[] wav = [.. Sound.Header(format, channels, rate, bits, 1_000, block), .. new byte[1_000]];
        WavHeader.TryRead(wav, out _, out var error).ShouldBeFalse();
        error.ShouldContain(reason);
    }

    [Fact]
    public void A_file_without_samples_is_refused()
    {
        Refusal(Sound.Header(1, 1, 8000, 16, 0)).ShouldContain("no samples");
        Refusal([.. Sound.Header(1, 1, 8000, 16, 0), 1]).ShouldContain("no samples");
        Refusal([.. Sound.Header(1, 1, 8000, 16, 0), .. "LIST"u8, 4, 0, 0, 0, .. "INFO"u8]).ShouldContain("no samples");
        Refusal(Sound.Header(1, 1, 8000, 16, 0)[..36]).ShouldContain("no samples");
        Refusal(Sound.Header(1, 1, 8000, 16, 0)[..12]).ShouldContain("no format");
        Refusal([]).ShouldContain("not a RIFF/WAVE");
    }

    [Fact]
    public void What_is_too_long_or_too_large_is_refused()
    {
        Refusal([.. Sound.Header(7, 1, 8000, 8, 0), .. new byte[8_000 * 121]]).ShouldContain("120");
        Refusal([.. Sound.Header(1, 2, 48000, 32, 0), .. new byte[WavHeader.MaxBytes]]).ShouldContain("allowed");
        Read([.. Sound.Header(7, 1, 8000, 8, 0), .. new byte[8_000 * 120]]).Duration.ShouldBe(WavHeader.MaxDuration);
    }

    private static WavHeader Read(byte[] wav)
    {
        WavHeader.TryRead(wav, out var header, out var error).ShouldBeTrue(error);
        return header;
    }

    private static string Refusal(byte[] wav)
    {
        WavHeader.TryRead(wav, out _, out var error).ShouldBeFalse();
        return error;
    }
}
