using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Grouping;

/// <summary>The speech of an unknown recording, as groups are told by it.</summary>
/// <param name="Samples">8 kHz mono, trimmed.</param>
/// <param name="Worth">How well others can be told by it: the seconds that are nothing but speech, up to <see cref="EnoughS"/>, times its clearness, 0 to 1.</param>
internal sealed record Take(float[] Samples, double Worth)
{
    // No announcement needs more to be told from others, and none is clearer than this to an ear that compares waveforms.
    private const double EnoughS = 8;
    private const double ClearDb = 30;

    /// <summary>Its length in seconds.</summary>
    public double Seconds => (double)Samples.Length / Recording.RateHz;

    /// <summary>Measures a recording's speech. What sounds like music may be music, which calls with different announcements share.</summary>
    /// <param name="speech">8 kHz mono, trimmed.</param>
    public static Take Of(ReadOnlySpan<float> speech)
    {
        var features = new Features();
        features.Analyse(speech);
        var bursts = ToneDetector.Find(features.Spectrogram);
        var lengthS = (double)speech.Length / Recording.RateHz;
        var spokenS = Activity.Segments(features.LevelsDb, bursts, Cadence.Name(features.Spectrogram, bursts, lengthS), lengthS)
            .Where(segment => segment.Kind == SegmentKind.Speech).Sum(segment => segment.EndS - segment.StartS);
        float[] levels = [.. features.LevelsDb];
        Array.Sort(levels);
        var rangeDb = levels[(int)(levels.Length * 0.9)] - levels[levels.Length / 10];
        return new Take(speech.ToArray(), Math.Min(EnoughS, spokenS) * Math.Clamp(rangeDb / ClearDb, 0.1, 1));
    }
}
