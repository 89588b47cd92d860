namespace EmptyNumber.AudioClassifier.Analysis;

/// <summary>
/// The announcements that can be recognised, prepared for matching. Immutable: any number of analyzers may use one at the same
/// time, and a change makes a new one, of which what stays is shared.
/// </summary>
public sealed class AnnouncementLibrary
{
    private readonly Reference[] _references;

    private AnnouncementLibrary(Reference[] references)
    {
        _references = references;
        Announcements = [.. references.Select(reference => reference.Announcement)];
        Index = new PatchIndex([.. references.Select(reference => reference.Codes)]);
    }

    /// <summary>A library without announcements.</summary>
    public static AnnouncementLibrary Empty { get; } = Of([]);

    /// <summary>The announcements, without their samples.</summary>
    public IReadOnlyList<Announcement> Announcements { get; }

    internal PatchIndex Index { get; }

    /// <summary>Prepares announcements. Takes about 2 ms each.</summary>
    /// <param name="announcements">Announcements with samples.</param>
    /// <exception cref="ArgumentException">An announcement is empty, or two have the same id.</exception>
    public static AnnouncementLibrary Build(IEnumerable<Announcement> announcements)
    {
        ArgumentNullException.ThrowIfNull(announcements);
        return Of(announcements.Select(Reference.Prepare));
    }

    /// <summary>A library of announcements that are prepared already.</summary>
    /// <exception cref="ArgumentException">Two have the same id.</exception>
    public static AnnouncementLibrary Of(IEnumerable<Reference> references)
    {
        Reference[] all = [.. references];
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var reference in all)
        {
            if (!ids.Add(reference.Announcement.Id))
                throw new ArgumentException($"announcement {reference.Announcement.Id} is there twice", nameof(references));
        }

        return new AnnouncementLibrary(all);
    }

    /// <summary>An announcement's recording, 8 kHz mono, full scale is 1.</summary>
    internal float[] SamplesOf(int announcement)
    {
        var samples = new float[Samples(announcement).Length];
        Samples(announcement).CopyTo(samples);
        return samples;
    }

    /// <summary>An announcement's recording, as it is kept.</summary>
    internal Waveform Samples(int announcement) => _references[announcement].Samples;
}
