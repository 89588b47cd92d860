namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>An announcement, prepared for matching. Holds about 17 kB a second of announcement.</summary>
public sealed class Reference
{
    private Reference(Announcement announcement, short[] samples, sbyte[] codes)
    {
        Announcement = announcement;
        Samples = samples;
        Codes = codes;
    }

    /// <summary>The announcement, without its samples.</summary>
    public Announcement Announcement { get; }

    /// <summary>Its samples, 16 bits.</summary>
    internal short[] Samples { get; }

    /// <summary>Codes of its patches, one each <see cref="PatchIndex.HopFrames"/>.</summary>
    internal sbyte[] Codes { get; }

    /// <summary>Prepares an announcement. Takes about 2 ms.</summary>
    /// <param name="announcement">With samples.</param>
    /// <exception cref="ArgumentException">It is empty.</exception>
    public static Reference Prepare(Announcement announcement)
    {
        ArgumentNullException.ThrowIfNull(announcement);
        if (announcement.Samples.Length == 0)
            throw new ArgumentException($"announcement {announcement.Id} is empty", nameof(announcement));
        var spectrogram = Spectrogram.Of(announcement.Samples, new FrameFft(Spectrogram.FrameSamples));
        var level = Activity.SpeechLevel(Activity.LevelsDb(spectrogram));
        return new Reference(
            announcement with { Samples = [] },
            [.. announcement.Samples.Select(x => (short)Math.Clamp(MathF.Round(x * 32768), short.MinValue, short.MaxValue))],
            SpeechPatch.Encode(LogMel.Of(spectrogram, level), PatchIndex.HopFrames));
    }
}
