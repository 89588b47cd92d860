using System.Diagnostics.CodeAnalysis;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>What of a recording is the announcement: its speech, without the silence, the tones and the music around it.</summary>
public static class Enrolment
{
    /// <summary>The least speech that tells one announcement from others.</summary>
    public static readonly TimeSpan LeastSpeech = TimeSpan.FromSeconds(1);

    // Consonants begin softly.
    private const double MarginS = 0.03;

    /// <summary>Trims a recording to its speech.</summary>
    /// <param name="samples">8 kHz mono.</param>
    /// <param name="speech">From the first speech to the last, where the answer is true.</param>
    /// <param name="problem">A sentence for whoever sent the recording, where the answer is false.</param>
    public static bool TryTrim(float[] samples, out ArraySegment<float> speech, [NotNullWhen(false)] out string? problem)
    {
        speech = default;
        problem = null;
        var endS = (double)samples.Length / Recording.RateHz;
        var features = new Features();
        features.Analyse(samples);
        var bursts = ToneDetector.Find(features.Spectrogram);
        var segments = Activity.Segments(features.LevelsDb, bursts, Cadence.Name(features.Spectrogram, bursts, endS), endS);

        // Speech over music sounds like music; where there is speech alone, the music around it is no part of it.
        var kind = segments.Exists(segment => segment.Kind == SegmentKind.Speech) ? SegmentKind.Speech : SegmentKind.Music;
        var spoken = segments.FindAll(segment => segment.Kind == kind);
        if (spoken.Count == 0)
        {
            problem = segments.Exists(segment => segment.Kind == SegmentKind.Tone)
                ? "there are tones in it, but no speech"
                : "it is silent: there is no speech in it";
            return false;
        }

        var spokenS = spoken.Sum(segment => segment.EndS - segment.StartS);
        if (spokenS < LeastSpeech.TotalSeconds)
        {
            problem = $"it is too short: {spokenS:0.0} s of speech, at least {LeastSpeech.TotalSeconds:0.0} s are needed";
            return false;
        }

        var first = Math.Max(0, (int)((spoken[0].StartS - MarginS) * Recording.RateHz));
        var end = Math.Min(samples.Length, (int)((spoken[^1].EndS + MarginS) * Recording.RateHz));
        speech = new ArraySegment<float>(samples, first, end - first);
        return true;
    }
}
