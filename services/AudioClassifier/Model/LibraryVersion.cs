namespace EmptyNumber.AudioClassifier.Model;

/// <summary>A change of the library: each makes a version, one more than the last.</summary>
public sealed class LibraryVersion
{
    public required long Version { get; init; }

    /// <summary>When, UTC.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>Who: a user's name, or the verb of the executable.</summary>
    public required string ChangedBy { get; init; }

    public required LibraryChange Change { get; init; }

    /// <summary>The ids of the announcements that came, changed or went.</summary>
    public required string[] Announcements { get; init; }
}

/// <summary>What a version changed. Kept in the database as these numbers.</summary>
public enum LibraryChange
{
    /// <summary>An announcement was enrolled.</summary>
    Added = 1,

    /// <summary>An announcement was deleted.</summary>
    Deleted = 2,

    /// <summary>A pack was imported.</summary>
    Imported = 3,

    /// <summary>A group of unknown recordings was labelled.</summary>
    Labelled = 4,
}
