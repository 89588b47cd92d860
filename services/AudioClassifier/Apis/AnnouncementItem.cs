using System.Linq.Expressions;
using EmptyNumber.AudioClassifier.Model;
using EmptyNumber.Contracts;

namespace EmptyNumber.AudioClassifier.Apis;

/// <summary>An announcement as operators see it.</summary>
/// <param name="State">0 where it is about the caller's own line.</param>
/// <param name="Seconds">How long it is.</param>
/// <param name="Version">The version of the library that brought it.</param>
/// <param name="Audio">Where it can be heard.</param>
internal sealed record AnnouncementItem(
    string Id, int State, string StateText, int? EmbeddedState, bool CallerSide, string Language, string Carrier, string Text, double Seconds, long Version, string Audio)
{
    /// <summary>Reads an entry without its audio.</summary>
    public static Expression<Func<LibraryEntry, AnnouncementItem>> Select { get; } = entry => new AnnouncementItem(
        entry.Id, (int)entry.State, entry.State.Text(), (int?)entry.EmbeddedState, entry.CallerSide, entry.Language, entry.Carrier, entry.Text,
        Math.Round(entry.Seconds, 2), entry.Version, $"/audio/announcements/{entry.Id}/audio");
}
