namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>What all stages hear of a signal: its power over time and frequency, its level and its log-mel frames. Not thread-safe; its buffers are used again.</summary>
public sealed class Features
{
    private float[] _levelsDb = [];
    private float[] _logMel = [];

    /// <summary>Power over time and frequency.</summary>
    public Spectrogram Spectrogram { get; } = new();

    /// <summary>Frame power within the telephone band: see <see cref="Activity.LevelsDb"/>.</summary>
    public ReadOnlySpan<float> LevelsDb => _levelsDb.AsSpan(0, Spectrogram.Frames);

    /// <summary>Log-mel frames, 24 values each, independent of gain.</summary>
    public ReadOnlySpan<float> LogMel => _logMel.AsSpan(0, Analysis.LogMel.Values(Spectrogram));

    /// <summary>Analyses a signal.</summary>
    /// <param name="samples">8 kHz mono.</param>
    public void Analyse(ReadOnlySpan<float> samples)
    {
        Spectrogram.Analyse(samples);
        Activity.LevelsDb(Spectrogram, Room.Of(ref _levelsDb, Spectrogram.Frames));
        Analysis.LogMel.Write(Spectrogram, Activity.SpeechLevel(LevelsDb), Room.Of(ref _logMel, Analysis.LogMel.Values(Spectrogram)));
    }
}
