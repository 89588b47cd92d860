using System.Collections.Concurrent;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// Hears a recording of a call and says what it tells of the number: decode → power → activity → tones → announcement → verdict.
/// Thread-safe: each call borrows a set of buffers (a few megabytes), so there are as many of them as there were calls at once.
/// </summary>
public sealed class CallAnalyzer
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
        var recording = WavReader.Read(wav);
        var buffers = _idle.TryTake(out var idle) ? idle : new Buffers();
        try
        {
            return Analyze(recording, signalling, library, buffers);
        }
        finally
        {
            _idle.Add(buffers);
        }
    }

    private static Verdict Analyze(Recording recording, Signalling signalling, AnnouncementLibrary library, Buffers buffers)
    {
        var spectrogram = Spectrogram.Of(recording.Samples, buffers.Fft);
        var levels = Activity.LevelsDb(spectrogram);
        var bursts = ToneDetector.Find(spectrogram);
        var tones = Cadence.Name(bursts, recording.Seconds);
        var segments = Activity.Segments(levels, bursts, tones, recording.Seconds);
        var features = LogMel.Of(spectrogram, Activity.SpeechLevel(levels));
        var announcement = buffers.Matcher.Match(recording.Samples, features, bursts, library);
        return Fusion.Decide(announcement, tones, segments, signalling);
    }

    private sealed class Buffers
    {
        public FrameFft Fft { get; } = new(Spectrogram.FrameSamples);

        public Matcher Matcher { get; } = new();
    }
}
