using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.Contracts;

namespace EmptyNumber.Benchmarks.Classifier;

/// <summary>The stages of the analysis, one by one, on one recording; the form that BenchmarkDotNet wants.</summary>
public class Stages
{
    private readonly Signalling _signalling = new(null, null, null);
    private readonly WavReader _reader = new();
    private readonly Features _features = new();
    private readonly PatchSearch _search = new();
    private readonly Verifier _verifier = new();
    private readonly Matcher _matcher = new();
    private readonly CallAnalyzer _analyzer = new();
    private List<ToneBurst> _bursts = [];
    private List<ToneHeard> _tones = [];
    private List<AudioSegment> _segments = [];
    private Alignment _likeliest;
    private MatchedAnnouncement? _heard;
    private float[] _samples = [];
    private double _seconds;

    /// <summary>The recording, set before the run.</summary>
    public static byte[] Wav { get; set; } = [];

    /// <summary>The announcements, set before the run.</summary>
    public static AnnouncementLibrary Library { get; set; } = AnnouncementLibrary.Empty;

    [GlobalSetup]
    public void Prepare()
    {
        _samples = _reader.Decode(Wav, out _).ToArray();
        _seconds = (double)_samples.Length / Recording.RateHz;
        _features.Analyse(_samples);
        _bursts = ToneDetector.Find(_features.Spectrogram);
        _tones = Cadence.Name(_features.Spectrogram, _bursts, _seconds);
        _verifier.Load(_samples, _bursts);
        _segments = Activity();
        _likeliest = _search.Search(_features.LogMel, Library.Index)[0];
        _heard = _matcher.Match(_samples, _features.LogMel, _bursts, Library, Grounds.LeastConfidence);
    }

    [Benchmark(Description = "decode")]
    public int Decode() => _reader.Decode(Wav, out _).Length;

    [Benchmark(Description = "power, level, features")]
    public void Features() => _features.Analyse(_samples);

    [Benchmark(Description = "tones")]
    public int Tones() => Cadence.Name(_features.Spectrogram, ToneDetector.Find(_features.Spectrogram), _seconds).Count;

    [Benchmark(Description = "activity")]
    public List<AudioSegment> Activity()
    {
        var segments = AudioClassifier.Analysis.Activity.Segments(_features.LevelsDb, _bursts, _tones, _seconds);
        Sustain.TellMusic(CollectionsMarshal.AsSpan(segments), _features.Spectrogram);
        return segments;
    }

    [Benchmark(Description = "candidates")]
    public int Candidates() => _search.Search(_features.LogMel, Library.Index).Length;

    [Benchmark(Description = "spectra to verify by")]
    public void Spectra() => _verifier.Load(_samples, _bursts);

    [Benchmark(Description = "spectra, and one candidate verified")]
    public Passage? Verification()
    {
        _verifier.Load(_samples, _bursts);
        _verifier.Take(Library.Samples(_likeliest.Reference));
        return _verifier.Verify(_likeliest.OffsetSamples);
    }

    [Benchmark(Description = "candidates and verification")]
    public object? Match() => _matcher.Match(_samples, _features.LogMel, _bursts, Library, Grounds.LeastConfidence);

    [Benchmark(Description = "fusion")]
    public Verdict Fuse() => Fusion.Decide(_heard, _tones, _segments, _signalling);

    [Benchmark(Description = "whole")]
    public Verdict Whole() => _analyzer.Analyze(Wav, _signalling, Library);
}
