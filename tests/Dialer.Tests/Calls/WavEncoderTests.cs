using System.Buffers.Binary;
using EmptyNumber.Contracts;
using EmptyNumber.Dialer.Calls.Wav;
using EmptyNumber.Dialer.Tests.Support;

namespace EmptyNumber.Dialer.Tests.Calls;

public sealed class WavEncoderTests
{
    /// <summary>Sweeps and a beat, so that amplitudes of all sizes occur; an odd number of samples.</summary>
    private static readonly float[] Sound =
        [.. Enumerable.Range(0, 8001).Select(i => (float)(0.9 * Math.Sin(i * 0.35) * Math.Sin(i * 0.0008)))];

    public static TheoryData<WavEncoding, int, double> Encodings => new()
    {
        { WavEncoding.Pcm, 2, 1.0 / 65_536 },
        { WavEncoding.Pcm, 1, 1.0 / 256 },
        { WavEncoding.Float, 4, 0 },
        { WavEncoding.ALaw, 1, 0.9 / 31 },
        { WavEncoding.MuLaw, 1, 0.9 / 31 },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public void What_was_encoded_is_decoded_again(WavEncoding encoding, int bytes, double tolerance)
    {
        var wav = WavEncoder.Encode(Sound, new WavFormat(encoding, bytes, 8000, Leg.Mono, DeclaredLength.True));

        var legs = Sounds.Decode(wav, out var header);
        header.Encoding.ShouldBe(encoding);
        header.SampleRateHz.ShouldBe(8000);
        header.Frames.ShouldBe(Sound.Length);
        legs.Length.ShouldBe(1);
        for (var i = 0; i < Sound.Length; i++)
            legs[0][i].ShouldBe(Sound[i], tolerance + 1e-7);
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public void One_leg_of_a_stereo_recording_is_silent(WavEncoding encoding, int bytes, double tolerance)
    {
        foreach (var (leg, loud) in new[] { (Leg.Left, 0), (Leg.Right, 1) })
        {
            var legs = Sounds.Decode(WavEncoder.Encode(Sound, new WavFormat(encoding, bytes, 8000, leg, DeclaredLength.True)), out var header);

            header.Channels.ShouldBe(2);
            Sounds.Rms(legs[loud]).ShouldBe(Sounds.Rms(Sound), 0.002 + (tolerance / 10));
            legs[1 - loud].ShouldAllBe(sample => Math.Abs(sample) < 1e-3);
        }
    }

    [Theory]
    [InlineData(300)]
    [InlineData(1000)]
    [InlineData(2500)]
    [InlineData(3300)]
    public void At_16_kHz_a_tone_keeps_its_frequency_and_level_and_gets_no_image(int hz)
    {
        var tone = Enumerable.Range(0, 8000).Select(i => (float)(0.5 * Math.Sin(2 * Math.PI * hz * i / 8000))).ToArray();

        var samples = Sounds.Decode(
            WavEncoder.Encode(tone, new WavFormat(WavEncoding.Float, 4, 16_000, Leg.Mono, DeclaredLength.True)), out var header)[0];

        header.SampleRateHz.ShouldBe(16_000);
        samples.Length.ShouldBe(16_000);
        Sounds.Amplitude(samples, hz, 16_000).ShouldBe(0.5, 0.02);
        Sounds.Amplitude(samples, 8000 - hz, 16_000).ShouldBeLessThan(0.02);
    }

    [Theory]
    [InlineData(DeclaredLength.Zero, 0u)]
    [InlineData(DeclaredLength.AllOnes, uint.MaxValue)]
    internal void A_streaming_header_does_not_know_the_lengths_and_is_readable(DeclaredLength length, uint declared)
    {
        var wav = WavEncoder.Encode(Sound, new WavFormat(WavEncoding.ALaw, 1, 8000, Leg.Mono, length));

        BinaryPrimitives.ReadUInt32LittleEndian(wav.AsSpan(4)).ShouldBe(declared);
        BinaryPrimitives.ReadUInt32LittleEndian(wav.AsSpan(54)).ShouldBe(declared);
        Sounds.Decode(wav, out var header);
        header.Frames.ShouldBeInRange(Sound.Length, Sound.Length + 1);
    }

    [Fact]
    public void What_exceeds_full_scale_is_clipped()
    {
        (WavEncoding, int)[] encodings =
            [(WavEncoding.Pcm, 2), (WavEncoding.Pcm, 1), (WavEncoding.Float, 4), (WavEncoding.ALaw, 1), (WavEncoding.MuLaw, 1)];
        foreach (var (encoding, bytes) in encodings)
        {
            var samples = Sounds.Decode(WavEncoder.Encode([2, -2], new WavFormat(encoding, bytes, 8000, Leg.Mono, DeclaredLength.True)), out _)[0];
            samples[0].ShouldBe(1, 0.03);
            samples[1].ShouldBe(-1, 0.03);
        }
    }
}
