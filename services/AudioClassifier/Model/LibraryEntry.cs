using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Model;

/// <summary>An announcement of the library, as it is kept.</summary>
public sealed class LibraryEntry
{
    public required string Id { get; init; }

    public required NumberState State { get; init; }

    public NumberState? EmbeddedState { get; init; }

    /// <summary>True when it speaks of the caller's own line.</summary>
    public required bool CallerSide { get; init; }

    public required string Language { get; init; }

    public required string Carrier { get; init; }

    /// <summary>What it says.</summary>
    public required string Text { get; init; }

    /// <summary>What it sounds like: a WAV.</summary>
    public required byte[] Audio { get; init; }

    /// <summary>How long it is.</summary>
    public required double Seconds { get; init; }

    /// <summary>The version of the library that brought it.</summary>
    public long Version { get; set; }

    /// <summary>An entry for an announcement.</summary>
    /// <param name="announcement">With samples.</param>
    /// <param name="wav">The same as a file.</param>
    public static LibraryEntry Of(Announcement announcement, byte[] wav) => new()
    {
        Id = announcement.Id,
        State = announcement.State,
        EmbeddedState = announcement.EmbeddedState,
        CallerSide = announcement.CallerSide,
        Language = announcement.Language,
        Carrier = announcement.Carrier,
        Text = announcement.Text,
        Audio = wav,
        Seconds = (double)announcement.Samples.Length / Recording.RateHz,
    };

    /// <summary>The entry as the matcher takes it.</summary>
    public Announcement ToAnnouncement() =>
        new(Id, State, EmbeddedState, CallerSide, Text, Language, Carrier, WavReader.Read(Audio).Samples);

    /// <summary>Whether another says the same and sounds the same.</summary>
    public bool IsLike(LibraryEntry other) =>
        State == other.State && EmbeddedState == other.EmbeddedState && CallerSide == other.CallerSide && Language == other.Language
        && Carrier == other.Carrier && Text == other.Text && Audio.AsSpan().SequenceEqual(other.Audio);
}
