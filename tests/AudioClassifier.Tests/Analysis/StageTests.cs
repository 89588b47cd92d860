using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Tests.Analysis;

/// <summary>The stages of the chain, each alone.</summary>
public sealed class StageTests
{
    [Theory]
    [InlineData(16)]
    [InlineData(32)]
    [InlineData(256)]
    [InlineData(512)]
    public void The_transform_is_the_Fourier_transform_of_windowed_frames(int size)
    {
        var signal = Sound.Noise(0.2, 1, 5);
        var fft = new FrameFft(size);
        fft.Transform(signal, -7, 11);
        foreach (var lane in new[] { 0, 1, 15 })
        {
            for (var bin = 0; bin < fft.Bins; bin++)
            {
                double re = 0, im = 0;
                for (var i = 0; i < size; i++)
                {
                    var at = -7 + (lane * 11) + i;
                    var x = at < 0 ? 0 : signal[at] * (0.5 - (0.5 * Math.Cos(2 * Math.PI * i / size)));
                    re += x * Math.Cos(2 * Math.PI * i * bin / size);
                    im -= x * Math.Sin(2 * Math.PI * i * bin / size);
                }

                ((double)fft.Re[(bin * FrameFft.Lanes) + lane]).ShouldBe(re, 1e-3 * Math.Sqrt(size));
                ((double)fft.Im[(bin * FrameFft.Lanes) + lane]).ShouldBe(im, 1e-3 * Math.Sqrt(size));
            }
        }
    }

    [Fact]
    public void Features_do_not_depend_on_gain()
    {
        var speech = Speech(0);
        var loud = Features(speech);
        var quiet = Features([.. speech.Select(x => x * 0.05f)]);
        for (var i = 0; i < loud.Length; i++)
            (loud[i] - quiet[i]).ShouldBe(MathF.Log(400), 1e-2f);
    }

    [Fact]
    public void A_patch_is_most_like_itself_and_silence_has_none()
    {
        var codes = SpeechPatch.Encode(Features(Speech(0)), 4);
        Likeness(codes, 5, 5).ShouldBeGreaterThan(0.95);
        Likeness(codes, 5, 15).ShouldBeLessThan(0.7);
        SpeechPatch.Encode(Features(Sound.Silence(2)), 4).ShouldAllBe(x => x == 0);
    }

    [Fact]
    public void The_scan_finds_where_a_piece_lies_in_its_reference()
    {
        var references = Enumerable.Range(0, 12).Select(Speech).ToArray();
        var index = new PatchIndex([.. references.Select(r => SpeechPatch.Encode(Features(r), PatchIndex.HopFrames))]);
        var best = new Alignment[index.Count];
        index.Scan(new PatchIndex.Query(SpeechPatch.Encode(Features(references[4][12_800..26_400]), 8), 4), best);
        var found = best.MaxBy(alignment => alignment.Likeness);
        found.Reference.ShouldBe(4);
        found.Offset.ShouldBe(12_800 / 320);
    }

    [Fact]
    public void The_scan_gives_the_same_with_and_without_vector_instructions()
    {
        if (!System.Runtime.Intrinsics.X86.Avx2.IsSupported)
            return;
        var random = new Random(1);
        var groups = new sbyte[8 * SpeechPatch.Dimensions * 5];
        for (var i = 0; i < groups.Length; i++)
            groups[i] = (sbyte)random.Next(-127, 128);
        var codes = new sbyte[6 * SpeechPatch.Dimensions];
        for (var i = 0; i < codes.Length; i++)
            codes[i] = (sbyte)random.Next(-127, 128);
        codes.AsSpan(2 * SpeechPatch.Dimensions, SpeechPatch.Dimensions).Clear();
        var query = new PatchIndex.Query(codes, 2);
        int[] vector = new int[50], plain = new int[50];
        PatchIndex.AddLikeness(groups, query, vector);
        PatchIndex.AddLikenessPortably(groups, query, plain);
        vector.ShouldBe(plain);
        plain.Sum().ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData(0, 0.35)]
    [InlineData(30, 0.35)]
    [InlineData(10, 0.25)]
    [InlineData(0, 0.35, 700, 1_800)]
    public void The_same_recording_is_coherent_through_noise_and_line(double snr, double least, double lowHz = 1, double highHz = 1e6)
    {
        var speech = Speech(3);
        var call = Sound.Line(speech, lowHz, highHz);
        Coherence(snr == 0 ? call : Sound.AtSnr(call, snr, 1), speech).ShouldBeGreaterThan((float)least);
    }

    [Fact]
    public void Other_speech_is_not_coherent()
    {
        for (var i = 0; i < 10; i++)
            Math.Abs(Coherence(Speech(i), Speech(i + 10))).ShouldBeLessThan(0.1f);
    }

    [Theory]
    [InlineData(-200)]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(200)]
    public void The_delay_is_found(int samples)
    {
        var speech = Speech(2);
        var (recording, reference) = (new PhaseSpectra(), new PhaseSpectra());
        recording.Analyse(speech, 0, 100);
        reference.Analyse(speech, samples, 100);
        Math.Abs(new Coherence().Delay(recording, 0, reference) - samples).ShouldBeLessThanOrEqualTo(8);
    }

    [Fact]
    public void A_recording_is_cut_into_what_it_sounds_like()
    {
        Kinds(Sound.Silence(3)).ShouldBe([SegmentKind.Silence]);
        Kinds(Sound.Noise(3, 0.02, 1)).ShouldBe([SegmentKind.Noise]);
        Kinds(Sound.Join(Sound.Silence(1), Speech(1), Sound.Silence(1))).ShouldBe([SegmentKind.Silence, SegmentKind.Speech, SegmentKind.Silence]);
        Kinds(Sound.Ringback(2)).ShouldBe([SegmentKind.Tone, SegmentKind.Silence, SegmentKind.Tone, SegmentKind.Silence]);
    }

    [Fact]
    public void Chords_without_a_pause_are_music()
    {
        var random = new Random(4);
        var bars = Enumerable.Range(0, 16).Select(_ =>
        {
            var root = 220 * Math.Pow(2, random.Next(12) / 12.0);
            var chord = new[] { 1, 1.26, 1.5, 2 }.Select(ratio => Sound.Tone(root * ratio, -20, 0.4)).ToArray();
            return chord[0].Select((_, i) => (1 - (i / 4_500f)) * chord.Sum(note => note[i])).ToArray();
        });
        Kinds(Sound.Join([.. bars])).ShouldContain(SegmentKind.Music);
        Kinds(Sound.Join([.. bars])).ShouldNotContain(SegmentKind.Speech);
    }

    private static SegmentKind[] Kinds(float[] sound)
    {
        var spectrogram = Spectrogram.Of(sound, new FrameFft(Spectrogram.FrameSamples));
        var seconds = (double)sound.Length / Sound.Rate;
        var bursts = ToneDetector.Find(spectrogram);
        var segments = Activity.Segments(Activity.LevelsDb(spectrogram), bursts, Cadence.Name(bursts, seconds), seconds);
        segments[0].StartS.ShouldBe(0);
        segments[^1].EndS.ShouldBe(seconds);
        segments.Zip(segments.Skip(1)).ShouldAllBe(pair => pair.First.EndS == pair.Second.StartS);
        return [.. segments.Select(segment => segment.Kind)];
    }

    private static float[] Speech(int entry) => AnnouncementPack.Read(Sound.Pack)[entry].Samples;

    private static float[] Features(float[] sound)
    {
        var spectrogram = Spectrogram.Of(sound, new FrameFft(Spectrogram.FrameSamples));
        return LogMel.Of(spectrogram, Activity.SpeechLevel(Activity.LevelsDb(spectrogram)));
    }

    private static double Likeness(sbyte[] codes, int a, int b) =>
        Enumerable.Range(0, SpeechPatch.Dimensions).Sum(i => codes[(a * SpeechPatch.Dimensions) + i] * codes[(b * SpeechPatch.Dimensions) + i])
        / (double)(SpeechPatch.Norm * SpeechPatch.Norm);

    private static float Coherence(float[] call, float[] speech)
    {
        var (recording, reference) = (new PhaseSpectra(), new PhaseSpectra());
        recording.Analyse(call, 0, 100);
        reference.Analyse(speech, 0, 100);
        var course = new float[100];
        new Coherence().Course(recording, 0, reference, course);
        return course.Average();
    }
}
