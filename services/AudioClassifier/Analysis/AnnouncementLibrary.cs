namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// The announcements that can be recognised, prepared for matching. Immutable: any number of analyzers may use one at the same
/// time, and a change makes a new one. Holds about 17 kB a second of announcement.
/// </summary>
public sealed class AnnouncementLibrary
{
    private readonly short[][] _samples;

    private AnnouncementLibrary(Announcement[] announcements, short[][] samples, PatchIndex index)
    {
        Announcements = announcements;
        _samples = samples;
        Index = index;
    }

    /// <summary>A library without announcements.</summary>
    public static AnnouncementLibrary Empty { get; } = Build([]);

    /// <summary>The announcements, without their samples.</summary>
    public IReadOnlyList<Announcement> Announcements { get; }

    internal PatchIndex Index { get; }

    /// <summary>Prepares announcements. Takes about 2 ms each.</summary>
    /// <param name="announcements">Announcements with samples.</param>
    /// <exception cref="ArgumentException">An announcement is empty, or two have the same id.</exception>
    public static AnnouncementLibrary Build(IEnumerable<Announcement> announcements)
    {
        ArgumentNullException.ThrowIfNull(announcements);
        var entries = new List<Announcement>();
        var samples = new List<short[]>();
        var codes = new List<sbyte[]>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        var fft = new FrameFft(Spectrogram.FrameSamples);
        foreach (var announcement in announcements)
        {
            if (announcement.Samples.Length == 0)
                throw new ArgumentException($"announcement {announcement.Id} is empty", nameof(announcements));
            if (!ids.Add(announcement.Id))
                throw new ArgumentException($"announcement {announcement.Id} is there twice", nameof(announcements));
            var spectrogram = Spectrogram.Of(announcement.Samples, fft);
            var level = Activity.SpeechLevel(Activity.LevelsDb(spectrogram));
            codes.Add(SpeechPatch.Encode(LogMel.Of(spectrogram, level), PatchIndex.HopFrames));
            samples.Add([.. announcement.Samples.Select(x => (short)Math.Clamp(MathF.Round(x * 32768), short.MinValue, short.MaxValue))]);
            entries.Add(announcement with { Samples = [] });
        }

        return new AnnouncementLibrary([.. entries], [.. samples], new PatchIndex(codes));
    }

    /// <summary>Samples of an announcement, 16 bits.</summary>
    internal ReadOnlySpan<short> Samples(int announcement) => _samples[announcement];
}
