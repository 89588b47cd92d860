namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>An announcement, prepared for matching. Holds about 9 kB a second of announcement.</summary>
public sealed class Reference
{
    // Thousands are prepared one after another.
    [ThreadStatic]
    private static Features? ThreadFeatures;

    [ThreadStatic]
    private static SpeechPatch? ThreadPatches;

    private Reference(Announcement announcement, Waveform samples, sbyte[] codes)
    {
        Announcement = announcement;
        Samples = samples;
        Codes = codes;
    }

    /// <summary>The announcement, without its samples.</summary>
    public Announcement Announcement { get; }

    /// <summary>What it sounds like.</summary>
    internal Waveform Samples { get; }

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
        ThreadFeatures ??= new Features();
        ThreadPatches ??= new SpeechPatch();
        ThreadFeatures.Analyse(announcement.Samples);
        ThreadPatches.Load(ThreadFeatures.LogMel);
        return new Reference(
            announcement with { Samples = [] },
            new Waveform(announcement.Samples),
            ThreadPatches.Encode(PatchIndex.HopFrames).ToArray());
    }
}
