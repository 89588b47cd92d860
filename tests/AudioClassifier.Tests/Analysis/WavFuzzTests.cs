using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Tests.Analysis;

public sealed class WavFuzzTests
{
    // Tables of the resampler at the rarest rate, a decoder's state, a message.
    private const long FixedBytes = 600_000;

    [Fact]
    public void A_hostile_file_is_decoded_or_refused_within_bounded_memory()
    {
        var random = new Random(20260101);
        var originals = Directory.GetFiles(Sound.Fixtures, "*.wav").Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToArray();
        var (decoded, refused) = (0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var wav = Mutate(originals[i % originals.Length], random);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                var recording = WavReader.Read(wav);
                recording.Samples.ShouldAllBe(x => float.IsFinite(x));
                recording.Seconds.ShouldBeLessThanOrEqualTo(WavHeader.MaxDuration.TotalSeconds);
                decoded++;
            }
            catch (WavFormatException e)
            {
                e.Message.ShouldNotBeEmpty();
                refused++;
            }

            var used = GC.GetAllocatedBytesForCurrentThread() - before;
            used.ShouldBeLessThan(Allowed(wav), $"mutation {i} of {wav.Length} bytes");
        }

        decoded.ShouldBeGreaterThan(1_000);
        refused.ShouldBeGreaterThan(1_000);
    }

    [Fact]
    public void A_hostile_file_never_breaks_the_analysis()
    {
        var random = new Random(7);
        var originals = Directory.GetFiles(Sound.Fixtures, "*.wav").Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToArray();
        var analyzer = new CallAnalyzer();
        var library = AnnouncementLibrary.Build(AnnouncementPack.Read(Sound.Pack).Take(5));
        for (var i = 0; i < 1_500; i++)
        {
            try
            {
                var verdict = analyzer.Analyze(Mutate(originals[i % originals.Length], random), Sound.Unsignalled, library);
                verdict.Confidence.ShouldBeInRange(0, 1);
            }
            catch (WavFormatException)
            {
                // Refused, as it may be.
            }
        }
    }

    /// <summary>Four times the file; a block of GSM of 65 bytes becomes 320 samples of 4 bytes.</summary>
    private static long Allowed(byte[] wav) =>
        WavHeader.TryRead(wav, out var header, out _) && header.Encoding == WavEncoding.Gsm610
            ? (header.Frames * 4L) + FixedBytes
            : (wav.Length * 4L) + FixedBytes;

    private static byte[] Mutate(byte[] original, Random random)
    {
        var wav = original.ToArray();
        switch (random.Next(5))
        {
            case 0: // a header of bad luck
                for (var n = random.Next(1, 8); n > 0; n--)
                    wav[random.Next(Math.Min(wav.Length, 100))] = (byte)random.Next(256);
                break;
            case 1: // telling values in the header
                var values = new[] { 0u, 1u, 0xFFFFFFFFu, 0x7FFFFFFFu, 0x80000000u, 0xFFFEu, 49u, 65u, 8000u, 48000u };
                BitConverter.TryWriteBytes(wav.AsSpan(random.Next(Math.Min(wav.Length - 4, 80))), values[random.Next(values.Length)]);
                break;
            case 2: // cut short
                return wav[..random.Next(wav.Length)];
            case 3: // a body of noise
                random.NextBytes(wav.AsSpan(Math.Min(wav.Length, 60)));
                break;
            default: // pieces in the wrong order
                var at = random.Next(wav.Length);
                return [.. wav[..random.Next(wav.Length)], .. wav[at..], .. wav[..at]];
        }

        return wav;
    }
}
