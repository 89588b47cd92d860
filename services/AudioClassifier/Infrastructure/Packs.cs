using System.Text.RegularExpressions;
using EmptyNumber.AudioClassifier.Analysis;
using EmptyNumber.AudioClassifier.Model;
using EmptyNumber.Contracts;
using Microsoft.EntityFrameworkCore;

namespace EmptyNumber.AudioClassifier.Infrastructure;

/// <summary>Packs of announcements, in and out of the library.</summary>
internal static partial class Packs
{
    /// <summary>Fills an empty library from the pack that comes with the service; a library with entries is left alone.</summary>
    /// <returns>The exit code, 0.</returns>
    public static async Task<int> ImportPackAsync(this WebApplication app)
    {
        await using var scope = app.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<LibraryChanges>().ImportAsync(
            AnnouncementPack.ReadFiles(Path.Combine(AppContext.BaseDirectory, "Announcements")), "migrate", onlyIfEmpty: true, CancellationToken.None);
        return 0;
    }

    /// <summary>The verbs <c>export FOLDER</c> and <c>import FOLDER</c>.</summary>
    /// <returns>The exit code: 0; 1 where the pack is broken or a file cannot be read or written; 2 without a folder.</returns>
    public static async Task<int> RunPackVerbAsync(this WebApplication app, string[] args)
    {
        if (args is not [var verb, var folder, ..] || folder.StartsWith('-'))
        {
            await Console.Error.WriteLineAsync($"{args[0]}: which folder?");
            return 2;
        }

        await using var scope = app.Services.CreateAsyncScope();
        try
        {
            if (verb == "export")
            {
                Directory.CreateDirectory(folder);
                await AnnouncementPack.WriteAsync(
                    Entries(scope.ServiceProvider.GetRequiredService<ClassifierDb>()),
                    (name, content) => File.WriteAllBytesAsync(Path.Combine(folder, name), content));
            }
            else
            {
                var changed = await scope.ServiceProvider.GetRequiredService<LibraryChanges>()
                    .ImportAsync(AnnouncementPack.ReadFiles(folder), "import", onlyIfEmpty: false, CancellationToken.None);
                Console.WriteLine($"{changed} announcements came or changed");
            }

            return 0;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"{verb}: {e.Message}");
            return 1;
        }
    }

    /// <summary>The library as a pack has it, read while it is consumed.</summary>
    public static async IAsyncEnumerable<(Announcement Announcement, byte[] Wav)> Entries(ClassifierDb db)
    {
        await foreach (var entry in db.Announcements.AsNoTracking().OrderBy(entry => entry.Id).AsAsyncEnumerable())
            yield return (entry.ToAnnouncement() with { Samples = [] }, entry.Audio);
    }

    /// <summary>An announcement of a pack as an entry.</summary>
    /// <exception cref="InvalidDataException">It cannot stand in a library; the message names it.</exception>
    public static LibraryEntry ToEntry(Announcement announcement, byte[] wav)
    {
        var problem =
            !Id().IsMatch(announcement.Id) ? "an id is up to 64 letters, digits, '.', '_' and '-'"
            : announcement.Text.Length == 0 ? "the text is missing"
            : announcement.CallerSide ? announcement.State == NumberState.Pending ? null : "one about the caller's own line has state 0"
            : announcement.State.IsAnnounced() && announcement.EmbeddedState?.IsAnnounced() != false ? null
            : "0 and 99 are not announced";
        return problem is null ? LibraryEntry.Of(announcement, wav) : throw new InvalidDataException($"announcement {announcement.Id}: {problem}");
    }

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
    private static partial Regex Id();
}
