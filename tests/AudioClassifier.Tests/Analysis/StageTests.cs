using System.Runtime.InteropServices;
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
        var fft = new FrameFft(size, 11);
        fft.Transform(signal, -7);
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

                ((double)fft.Re[bin][lane]).ShouldBe(re, 1e-3 * Math.Sqrt(size));
                ((double)fft.Im[bin][lane]).ShouldBe(im, 1e-3 * Math.Sqrt(size));
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
        var codes = Codes(Speech(0), 4);
        Likeness(codes, 5, 5).ShouldBeGreaterThan(0.95);
        Likeness(codes, 5, 15).ShouldBeLessThan(0.7);
        Codes(Sound.Silence(2), 4).ShouldAllBe(x => x == 0);
    }

    [Fact]
    public void The_scan_finds_where_a_piece_lies_in_its_reference()
    {
        var references = Enumerable.Range(0, 12).Select(Speech).ToArray();
        var index = new PatchIndex([.. references.Select(r => Codes(r, PatchIndex.HopFrames))]);
        var found = new PatchSearch().Search(Features(references[4][12_800..26_400]), index)[0];
        found.Reference.ShouldBe(4);
        found.OffsetFrames.ShouldBe(12_800 / LogMel.HopSamples);
    }

    [Fact]
    public void A_glance_at_a_large_library_keeps_what_a_close_look_finds()
    {
        var speech = Enumerable.Range(0, 40).Select(Speech).Where(s => s.Length > 20_000).ToArray();
        var codes = speech.Select(s => Codes(s, PatchIndex.HopFrames)).ToList();
        var random = new Random(3);
        while (codes.Count < 1_000)
        {
            // What sounds like speech and is none: pieces in another order.
            var source = codes[random.Next(speech.Length)];
            var patches = Enumerable.Range(0, source.Length / SpeechPatch.Dimensions / 8).OrderBy(_ => random.Next());
            codes.Add([.. patches.SelectMany(p => source.Skip(p * 8 * SpeechPatch.Dimensions).Take(8 * SpeechPatch.Dimensions))]);
        }

        var index = new PatchIndex(codes);
        var search = new PatchSearch();
        for (var i = 0; i < speech.Length; i++)
        {
            var excerpt = Sound.AtSnr(speech[i][8_000..20_000], 5, i);
            var found = search.Search(Features(excerpt), index);
            found.Length.ShouldBeInRange(200, 600);
            found[..8].ToArray().ShouldContain(alignment => alignment.Reference == i && Math.Abs(alignment.OffsetFrames - 50) <= 2);
        }
    }

    [Fact]
    public void The_scan_gives_the_same_with_and_without_vector_instructions()
    {
        if (!System.Runtime.Intrinsics.X86.Avx2.IsSupported)
            return;
        var random = new Random(1);
        sbyte[] codes = [.. Codes(Speech(0), 2), .. Codes(Sound.Silence(1), 2), .. Codes(Speech(1), 2)];
        var index = new PatchIndex([codes]);
        var query = new PatchQuery(0.35f);
        foreach (var length in new[] { 6, 60, 300 })
        {
            query.Load(Enumerable.Range(0, length).SelectMany(i => codes.Skip(i % 90 * 32).Take(32)).ToArray(), 5);
            Diagonals vector = new(), plain = new();
            vector.Reset(index.Codes(0, 1).Length / SpeechPatch.Dimensions, length * 5);
            plain.Reset(index.Codes(0, 1).Length / SpeechPatch.Dimensions, length * 5);
            query.AddLikenessByVectors(index.Codes(0, 1), 2, vector);
            query.AddLikenessPortably(index.Codes(0, 1), 2, plain);
            plain.Best().Sum.ShouldBeGreaterThan(0);
            for (var diagonal = -5 * length; diagonal < 300; diagonal++)
                vector.From(diagonal)[0].ShouldBe(plain.From(diagonal)[0]);
        }
    }

    [Fact]
    public void Codes_come_back_from_the_index_as_they_went_in()
    {
        var codes = Codes(Speech(5), PatchIndex.HopFrames);
        var index = new PatchIndex([Codes(Speech(4), PatchIndex.HopFrames), codes]);
        var decoded = new sbyte[index.DecodedBytes(1, 1)];
        index.Decode(1, 1, decoded);
        decoded[..codes.Length].ShouldBe(codes);
        decoded[codes.Length..].ShouldAllBe(x => x == 0);
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

    [Theory]
    [InlineData(1)]
    [InlineData(0.001f)]
    public void A_waveform_in_a_byte_a_sample_keeps_its_shape_at_any_level(float gain)
    {
        float[] speech = [.. Speech(3).Select(x => x * gain), 0, 0, 0];
        var kept = new float[speech.Length];
        new Waveform(speech).CopyTo(kept);
        var noise = speech.Zip(kept, (x, y) => (x - y) * (x - y)).Sum();
        (10 * Math.Log10(speech.Sum(x => x * x) / noise)).ShouldBeGreaterThan(38);
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
        var recording = new PhaseSpectra();
        recording.Analyse(speech, 0, 100);
        var (delay, sharpness) = new DelayFinder().Find(recording, 0, speech, samples, new bool[100], 100);
        Math.Abs(delay - samples).ShouldBeLessThanOrEqualTo(8);
        sharpness.ShouldBeGreaterThan(8);
    }

    [Fact]
    public void Other_speech_has_no_sharp_delay()
    {
        var recording = new PhaseSpectra();
        var sharpness = new List<float>();
        for (var i = 0; i < 20; i++)
        {
            recording.Analyse(Speech(i), 0, 100);
            sharpness.Add(new DelayFinder().Find(recording, 0, Speech(i + 20), 0, new bool[100], 100).Sharpness);
        }

        sharpness.Order().ElementAt(10).ShouldBeLessThan(3.8f);
    }

    [Fact]
    public void A_reference_is_held_against_a_recording_where_it_lies()
    {
        var passage = Verify(Sound.AtSnr(Sound.Join(Sound.Silence(1), Speech(2)), 10, 1), Speech(2), -Sound.Rate + 100).ShouldNotBeNull();
        ((double)passage.Offset).ShouldBe(-Sound.Rate, 8);
        passage.Evidence.ShouldBeGreaterThan(10);
        (passage.Start * 0.02).ShouldBe(1, 0.2);
        for (var i = 0; i < 10; i++)
            (Verify(Speech(i), Speech(i + 10), 0)?.Evidence ?? 0).ShouldBeLessThan(1.5f);
    }

    [Fact]
    public void A_reference_is_followed_over_lost_packets()
    {
        var speech = Speech(2);
        float[] call = [.. speech[..9_600], .. speech[10_080..]];
        var verifier = Verifier(call, speech);
        var first = verifier.Verify(0).ShouldNotBeNull();
        var hearing = new Hearing(0, first);
        verifier.Follow(hearing);
        hearing.Passages.Count.ShouldBe(2);
        hearing.Evidence.ShouldBeGreaterThan(1.3f * first.Evidence);
        hearing.IsAlignedTo(0).ShouldBeTrue();
        hearing.IsAlignedTo(480).ShouldBeTrue();
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
        Kinds(Chords()).ShouldContain(SegmentKind.Music);
        Kinds(Chords()).ShouldNotContain(SegmentKind.Speech);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    public void Speech_in_noise_that_fills_its_pauses_is_no_music_and_chords_in_it_are_no_speech(double snrDb)
    {
        Kinds(Sound.AtSnr(Speech(2), snrDb, 1)).ShouldContain(SegmentKind.Speech);
        Kinds(Sound.AtSnr(Speech(2), snrDb, 1)).ShouldNotContain(SegmentKind.Music);
        Kinds(Sound.AtSnr(Chords(), snrDb, 1)).ShouldNotContain(SegmentKind.Speech);
    }

    private static float[] Chords()
    {
        var random = new Random(4);
        var bars = Enumerable.Range(0, 16).Select(_ =>
        {
            var root = 220 * Math.Pow(2, random.Next(12) / 12.0);
            var chord = new[] { 1, 1.26, 1.5, 2 }.Select(ratio => Sound.Tone(root * ratio, -20, 0.4)).ToArray();
            return chord[0].Select((_, i) => (1 - (i / 4_500f)) * chord.Sum(note => note[i])).ToArray();
        });
        return Sound.Join([.. bars]);
    }

    private static SegmentKind[] Kinds(float[] sound)
    {
        var features = new Features();
        features.Analyse(sound);
        var seconds = (double)sound.Length / Sound.Rate;
        var bursts = ToneDetector.Find(features.Spectrogram);
        var segments = Activity.Segments(features.LevelsDb, bursts, Cadence.Name(features.Spectrogram, bursts, seconds), seconds);
        Sustain.TellMusic(CollectionsMarshal.AsSpan(segments), features.Spectrogram);
        segments[0].StartS.ShouldBe(0);
        segments[^1].EndS.ShouldBe(seconds);
        segments.Zip(segments.Skip(1)).ShouldAllBe(pair => pair.First.EndS == pair.Second.StartS);
        return [.. segments.Select(segment => segment.Kind)];
    }

    private static float[] Speech(int entry) => AnnouncementPack.Read(Sound.Pack)[entry].Samples;

    private static float[] Features(float[] sound)
    {
        var features = new Features();
        features.Analyse(sound);
        return features.LogMel.ToArray();
    }

    private static sbyte[] Codes(float[] sound, int hopFrames)
    {
        var patches = new SpeechPatch();
        patches.Load(Features(sound));
        return patches.Encode(hopFrames).ToArray();
    }

    private static double Likeness(sbyte[] codes, int a, int b) =>
        Enumerable.Range(0, SpeechPatch.Dimensions).Sum(i => codes[(a * SpeechPatch.Dimensions) + i] * codes[(b * SpeechPatch.Dimensions) + i])
        / (double)(SpeechPatch.Norm * SpeechPatch.Norm);

    private static Passage? Verify(float[] call, float[] speech, int offset) => Verifier(call, speech).Verify(offset);

    private static Verifier Verifier(float[] call, float[] speech)
    {
        var verifier = new Verifier();
        verifier.Load(call, []);
        verifier.Take(new Waveform(speech));
        return verifier;
    }

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
