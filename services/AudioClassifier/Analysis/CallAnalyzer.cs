using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// Hears a recording of a call and says what it tells of the number: decode → power → activity → music → tones → announcement → verdict.
/// Thread-safe: each call borrows a set of buffers (a few megabytes), so there are as many of them as there were calls at once.
/// </summary>
/// <param name="leastConfidence">How sure an announcement must be.</param>
public sealed class CallAnalyzer(double leastConfidence = Grounds.LeastConfidence)
{
    private readonly ConcurrentBag<Buffers> _idle = [];

    /// <summary>Analyses a recording.</summary>
    /// <param name="wav">A WAV file in any format that <see cref="WavHeader"/> accepts.</param>
    /// <param name="signalling">What the network said besides.</param>
    /// <param name="library">The announcements to be recognised.</param>
    /// <exception cref="WavFormatException">The file is not such a recording.</exception>
    public Verdict Analyze(ReadOnlySpan<byte> wav, Signalling signalling, AnnouncementLibrary library)
    {
        ArgumentNullException.ThrowIfNull(signalling);
        ArgumentNullException.ThrowIfNull(library);
        var buffers = _idle.TryTake(out var idle) ? idle : new Buffers();
        try
        {
            return Analyze(wav, signalling, library, buffers);
        }
        finally
        {
            _idle.Add(buffers);
        }
    }

    private Verdict Analyze(ReadOnlySpan<byte> wav, Signalling signalling, AnnouncementLibrary library, Buffers buffers)
    {
        var samples = buffers.Reader.Decode(wav, out _);
        var seconds = (double)samples.Length / Recording.RateHz;
        var features = buffers.Features;
        features.Analyse(samples);
        var bursts = ToneDetector.Find(features.Spectrogram);
        var tones = Cadence.Name(features.Spectrogram, bursts, seconds);
        var segments = Activity.Segments(features.LevelsDb, bursts, tones, seconds);
        Sustain.TellMusic(CollectionsMarshal.AsSpan(segments), features.Spectrogram);
        var announcement = buffers.Matcher.Match(samples, features.LogMel, bursts, library, leastConfidence);
        return Fusion.Decide(announcement, tones, segments, signalling);
    }

    private sealed class Buffers
    {
        public WavReader Reader { get; } = new();

        public Features Features { get; } = new();

        public Matcher Matcher { get; } = new();
    }
}
